"""User names of machines: in the paths of home directories, which coding agents send along with every file, and in logs and account lists."""

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern

# Nothing that makes the path part of a longer one, or of a web address, stands before it; a scheme or a mounted drive may.
_LEFT: Final = (
    r"(?:^|[^A-Za-z0-9_.\-~/\\}%]|file://(?:localhost)?|(?:^|[^A-Za-z0-9_.\-~/\\])(?:/mnt)?/[a-z]"
    r"|(?:^|[^A-Za-z0-9_.\-~/\\])/(?:private|host|export|var|usr|data|rootfs))"
)
_UNIX: Final = _LEFT + r"(?:/home/|/Users/)"
_NAME: Final = r"([A-Za-z_][A-Za-z0-9_.\-]{0,30}[A-Za-z0-9_])"
_WINDOWS: Final = r"(?i:\b[A-Z]:(?:\\{1,4}|/)(?:Users|Documents and Settings)(?:\\{1,4}|/))"

# Accounts of machines and of nobody in particular, and what a web site or a shared disk keeps where others keep homes.
_NOBODY: Final = re.compile(
    r"(?:root|admin|administrator|user|users|username|user_?name|your_?(?:user_?)?name|your-user(?:name)?|youruser|myuser(?:name)?|someuser|me|you|"
    r"ubuntu|debian|centos|fedora|ec2-user|azureuser|vagrant|docker|container|app|appuser|app-?user|node|python|jovyan|runner|build|builder|buildbot|"
    r"jenkins|travis|circleci|ci|gitlab-runner|git|linuxbrew|coder|vscode|codespace|gitpod|www-data|www|web|web_?user|nginx|apache|httpd|postgres|mysql|oracle|"
    r"daemon|bin|sys|sync|games|man|mail|proxy|backup|sshd|messagebus|syslog|sa|size|redis|hadoop|spark|airflow|kafka|elasticsearch|tomcat|pi|dev|devel|develop|developer|test|tests|tester|testuser|demo|guest|student|public|default|"
    r"shared?|common|all users|default user|local|system|service|services|deploy|deployer|ansible|terraform|steam|foo|bar|baz|qux|name|xxx+|abc|"
    r"work|works|workdir|working|workspace|workspaces|project|projects|code|src|source|repo|repos|data|dataset|datasets|files?|docs?|documents?|download|"
    r"downloads|desktop|media|images?|assets?|static|backup|backups|tools?|scripts?|bin|lib|opt|tmp|temp|logs?|config|conf|etc|var|server|client|site|"
    r"sites|apps|api|index|main|page|pages|about|login|logout|settings|dashboard|profile|account|accounts|news|blog|shop|search|help|contact|feed|"
    r"products?|list|detail|details|overview|start|welcome|en|de|fr|es|it|group|groups|team|teams|staff|lab|research|scratch|software|nobody)",
    re.IGNORECASE,
)


_FILE: Final = re.compile(r"\.(?:js|ts|py|jar|img|txt|json|sh|conf|html?|zip|gz|md)$|^[\W\d_]+$|^node_modules$", re.IGNORECASE)


def _home(value: str, pattern: Pattern) -> Judged | None:
    return None if _NOBODY.fullmatch(value) or _FILE.search(value) else Judged(pattern.entity, pattern.score)


HOMES = Detector(
    name="homes",
    version=1,
    patterns=(
        Pattern(_UNIX + _NAME + r"[/]", "USERNAME", 0.6, 1),
        Pattern(_UNIX + _NAME + r"(?:$|[^A-Za-z0-9_.\-/]|[.](?:$|\s))", "USERNAME", 0.3, 1),
        Pattern(_WINDOWS + r"([^\s\\/:*?\"'`<>|%${}()]{2,40})(?:$|[\\/\s\"'<>|:*?)\]},;])", "USERNAME", 0.6, 1),
        Pattern(_WINDOWS + r"([A-Za-z][^\\/:*?\"<>|%${}()\r\n\t]{1,39}[^\\/:*?\"<>|%${}()\s])[\\/]", "USERNAME", 0.6, 1),
    ),
    judge=_home,
    context=("cwd", "pwd", "home", "dir", "directory", "path", "folder", "cd", "ls", "chown", "mkdir", "useradd", "workspace", "root"),
    identity=str.casefold,
    examples=(
        "/home/mlopez/src/ledger",
        'File "/home/sobrien/Documents/ledger/close.py", line 2',
        "cwd: /Users/maria.singh",
        "file:///Users/msingh/notes.txt",
        r"C:\Users\Maria Singh\Desktop\test.txt",
        r"'C:\\Users\\msingh\\file.csv'",
        "C:/Users/msingh/file.csv",
        "/mnt/c/Users/msingh/file.csv",
        "cd /home/okafor",
        "-v /home/okafor/data:/data",
    ),
    counterexamples=(
        "/home/ubuntu/app",
        "/home/user/project",
        "https://example.com/home/about/team",
        "GET /home/dashboard",
        "/home/$USER/data",
        "/home/<name>/data",
        r"C:\Users\%USERNAME%\Desktop",
        r"C:\Users\Public\Documents",
        "router.push('/home/settings')",
        "src/home/view/index.ts",
        "/opt/home/view/index.ts",
    ),
)

_WHO: Final = r"([A-Za-z_][A-Za-z0-9_.\-]{1,30}[A-Za-z0-9_$])"

LOGINS = Detector(
    name="logins",
    version=1,
    patterns=(
        Pattern(
            rf"\b(?:Accepted|Failed|Postponed) [a-z\-]{{4,20}}(?:/pam)? for (?:invalid user |illegal user )?{_WHO} from [0-9a-f]",
            "USERNAME",
            0.6,
            1,
        ),
        Pattern(rf"\bsession (?:opened|closed) for user {_WHO}", "USERNAME", 0.6, 1),
        Pattern(rf"\b(?:sudo|su)(?:\[[0-9]+\])?:\s{{1,4}}{_WHO} : ", "USERNAME", 0.6, 1),
        Pattern(rf"\b(?:uid|euid|user)=[0-9]{{1,10}}\({_WHO}\)", "USERNAME", 0.6, 1),
        Pattern(rf"(?:^|[^A-Za-z0-9_.\-]){_WHO}:[x*!]{{1,2}}:[0-9]{{1,10}}:[0-9]{{1,10}}:", "USERNAME", 0.6, 1),
        Pattern(rf"(?i:\b(?:uid|samaccountname)=){_WHO},\s?(?i:ou|dc|cn)=", "USERNAME", 0.6, 1),
        Pattern(rf"(?i:;\s?(?:uid|user id)\s?=)\s?{_WHO};", "USERNAME", 0.6, 1),
    ),
    judge=_home,
    identity=str.casefold,
    examples=(
        "sshd[2211]: Accepted password for nokafor from 203.0.113.77 port 51122 ssh2",
        "Failed password for invalid user m.lopez from 203.0.113.9",
        "pam_unix(sshd:session): session opened for user nokafor(uid=1004) by (uid=0)",
        "sudo: nokafor : TTY=pts/0 ; USER=root",
        "uid=1004(nokafor) gid=1004(nokafor)",
        "nokafor:x:1004:1004::/home/nokafor:/bin/bash",
        "dn: uid=nokafor,ou=People,dc=example",
        "Server=db;User Id=nokafor;Password=x",
    ),
    counterexamples=(
        "Accepted password for root from 203.0.113.77",
        "Failed login for user",
        "session opened for user root",
        "root:x:0:0:root:/root:/bin/bash",
        "uid=0(root) gid=0(root)",
        "size:x:12:13 px",
        "uid = 1000",
    ),
)
