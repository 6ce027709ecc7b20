"""User names in the paths of home directories, which coding agents and error messages send along with every file."""

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
    r"redis|hadoop|spark|airflow|kafka|elasticsearch|tomcat|pi|dev|devel|develop|developer|test|tests|tester|testuser|demo|guest|student|public|default|"
    r"shared?|common|all users|default user|local|system|service|services|deploy|deployer|ansible|terraform|steam|foo|bar|baz|qux|name|xxx+|abc|"
    r"work|works|workdir|working|workspace|workspaces|project|projects|code|src|source|repo|repos|data|dataset|datasets|files?|docs?|documents?|download|"
    r"downloads|desktop|media|images?|assets?|static|backup|backups|tools?|scripts?|bin|lib|opt|tmp|temp|logs?|config|conf|etc|var|server|client|site|"
    r"sites|apps|api|index|main|page|pages|about|login|logout|settings|dashboard|profile|account|accounts|news|blog|shop|search|help|contact|feed|"
    r"products?|list|detail|details|overview|start|welcome|en|de|fr|es|it|group|groups|team|teams|staff|lab|research|scratch|software|nobody)",
    re.IGNORECASE,
)


def _home(value: str, pattern: Pattern) -> Judged | None:
    return None if _NOBODY.fullmatch(value) else Judged(pattern.entity, pattern.score)


HOMES = Detector(
    name="homes",
    version=1,
    patterns=(
        Pattern(_UNIX + _NAME + r"[/]", "USERNAME", 0.6, 1),
        Pattern(_UNIX + _NAME + r"(?:$|[^A-Za-z0-9_.\-/]|[.](?:$|\s))", "USERNAME", 0.3, 1),
        Pattern(_WINDOWS + r"([^\s\\/:*?\"<>|%${}()]{2,40})(?:$|[\\/\s\"'<>|:*?)\]},;])", "USERNAME", 0.6, 1),
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
