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
# What somebody keeps at home, or a file below: a route of a web site has neither.
_OWN: Final = (
    r"/(?:(?:\.[A-Za-z]|[A-Z]|(?:src|projects?|repos?|git|work|workspace|code|dev|go|bin|lib|data|downloads|documents|desktop|anaconda3|miniconda3|venv|env|notebooks?"
    r"|scripts?|app|apps|www|public_html|tmp|logs)(?:$|[^A-Za-z0-9_\-]))|[^\s\"'`<>|:]*\.[A-Za-z][A-Za-z0-9]{0,4}(?:$|[^A-Za-z0-9_]))"
)
_WINDOWS: Final = r"(?i:\b[A-Z]:(?:\\{1,4}|/)(?:Users|Documents and Settings)(?:\\{1,4}|/))"

# Accounts of machines and of nobody in particular, and what a web site or a shared disk keeps where others keep homes.
_NOBODY: Final = re.compile(
    # nobody in particular
    r"(?:user|users|user_?name|your_?(?:user_?)?name|your-user(?:name)?|youruser|myuser(?:name)?|someuser|user\d{1,2}|me|you|self|all|name|foo|bar|baz|qux|xxx+|abc|"
    r"test|tests|tester|testuser|demo|guest|student|public|default|shared?|common|all users|default user|nobody|nonroot|staff|team|teams|group|groups|"
    # accounts of systems and of what runs on them
    r"root|admin|administrat(?:or|eur)|containeradministrator|daemon|bin|sys|sync|games|man|lp|mail|news|uucp|proxy|www-data|backup|list|irc|_apt|systemd-\w+|messagebus|"
    r"syslog|sshd|ftp|halt|operator|shutdown|size|sa|local|system|service|services|ubuntu|debian|centos|fedora|alpine|arch|ec2-user|azureuser|vagrant|vcap|vsts|docker|"
    r"container|app|appuser|app-?user|myappuser|dbuser|node|nodejs|nextjs|rails|python|java|gradle|maven|jovyan|jupyter|runner|runneradmin|build|builder|buildbot|jenkins|"
    r"travis|circleci|ci|gitlab|gitlab-runner|git|github|linuxbrew|coder|vscode|codespace|gitpod|theia|pwuser|www|web|web_?user|nginx|apache|httpd|postgres|mysql|mongodb|"
    r"oracle|redis|hadoop|spark|airflow|kafka|elasticsearch|kibana|solr|sonarqube|tomcat|pi|dev|devel|develop|developer|deploy|deployer|ansible|terraform|steam|"
    # what a web site, a program or a shared disk keeps where others keep homes
    r"work|works|workdir|working|workspaces?|projects?|code|src|source|repos?|data|datasets?|files?|docs?|documents?|downloads?|desktop|media|images?|assets?|static|"
    r"backups|tools?|scripts?|lib|opt|te?mp|logs?|config|conf|etc|var|server|client|sites?|apps|api|index|main|pages?|about|login|logout|settings|dashboard|profile|"
    r"accounts?|blog|shop|search|help|contact|feed|products?|details?|overview|start|welcome|orders?|invoices?|cart|checkout|pricing|components?|views?|create|update|"
    r"delete|edit|new|batch|kitchen|bedroom|living_?room|garage|en|de|fr|es|it|lab|research|scratch|software|dist|staging|node_modules)",
    re.IGNORECASE,
)
_FILE: Final = re.compile(r"\.(?:js|ts|py|jar|img|txt|json|sh|conf|html?|zip|gz|md)$|^[\W\d_]+$", re.IGNORECASE)


def _home(value: str, pattern: Pattern) -> Judged | None:
    return None if _NOBODY.fullmatch(value) or _FILE.search(value) else Judged(pattern.entity, pattern.score)


HOMES = Detector(
    name="homes",
    version=1,
    patterns=(
        Pattern(_UNIX + _NAME + _OWN, "USERNAME", 0.6, 1),
        Pattern(_UNIX + _NAME + r"(?:/|$|[^A-Za-z0-9_.\-/]|[.](?:$|\s))", "USERNAME", 0.3, 1),
        Pattern(_WINDOWS + r"([^\s\\/:*?\"'`<>|%${}()]{2,40})(?:$|[\\/\s\"'<>|:*?)\]},;])", "USERNAME", 0.6, 1),
        Pattern(_WINDOWS + r"([A-Za-z][^\\/:*?\"<>|%${}()\r\n\t]{1,39}[^\\/:*?\"<>|%${}()\s])[\\/]", "USERNAME", 0.6, 1),
    ),
    judge=_home,
    context=("cwd", "pwd", "directory", "folder", "cd", "ls", "cat", "chown", "mkdir", "useradd", "workspace", "user", "no such file"),
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
        '<Route path="/home/renewals" element={<Renewals/>} />',
        "url(r'^/home/renewals/$', view)",
        "fetch('/Users/create/batch')",
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
