# Make .venv with the pinned versions; make it anew if it does not work in this folder.
#
#     [PYTHON=python3.12] [EXTRAS=dev,gpu] bash tools/venv.sh
#
# `make` runs this before every command. PYTHON counts only where .venv is made; EXTRAS are kept.
set -euo pipefail

ABOUT='
import sys
try:
    import ensurepip, venv
    lacks = ""
except ImportError:
    lacks = " without venv"
print("%d.%d.%d%s" % (tuple(sys.version_info[:3]) + (lacks,)))'

# pip's script names its Python: in the first line, or in the second if the path has a space.
ELSEWHERE='
import os, re
from importlib.util import find_spec
with open(".venv/bin/pip", encoding="utf-8", errors="surrogateescape") as script:
    home = re.search("(/.*)/bin/python", script.readline() + script.readline())[1]
assert find_spec("pip")
if not (os.path.exists(home) and os.path.samefile(home, ".venv")):
    print("it was made for", home)'

about() { # "3.12.1" or "3.12.1 without venv"; nothing if that Python does not start
  "$1" -c "$ABOUT" 2>/dev/null || true
}

fault() { # why .venv does not work here; nothing if it does
  local version
  version=$(about .venv/bin/python)
  case $version in
    "") echo "its Python does not start" ;;
    3.1[123].*)
      if [ -e .venv/unfinished ]; then
        echo "it was not finished"
      else
        .venv/bin/python -I -c "$ELSEWHERE" 2>/dev/null || echo "it has no pip"
      fi ;;
    *) echo "its Python is ${version%% *}" ;;
  esac
}

choose() { # print the path of a Python that can make .venv, or say what was found instead
  local names=(python3.13 python3.12 python3.11 python3 python python3.14 python3.10)
  local name version found="" advice
  advice="Install one of them; if make does not find it: make lab PYTHON=/path/to/python3.12."
  if [ -n "${PYTHON:-}" ]; then
    names=("$PYTHON")
    advice="Leave PYTHON out, or name another one: make lab PYTHON=/path/to/python3.12."
  fi
  for name in "${names[@]}"; do
    version=$(about "$name")
    case $version in
      3.1[123].*venv) advice="Debian and Ubuntu: apt install python${version%.*}-venv." ;;
      3.1[123].*) "$name" -c 'import sys; print(sys._base_executable)' && return ;;
    esac
    [ -z "$version" ] || found="$found, $name is $version"
  done
  found=${found#, }
  [ -z "${PYTHON:-}" ] || found=${found:-$PYTHON does not start}
  echo "The course and its TensorFlow need Python 3.11, 3.12 or 3.13 with venv, but" \
    "${found:-none was found}. $advice" >&2
  return 1
}

tell() { # of what pip says: the large downloads and the last step, silent for minutes
  local line large='(Downloading|Using cached) ([^ -]+)-([^ -]+)-.*\(([0-9]{2,}).* MB\)'
  while IFS= read -r line; do
    if [[ $line =~ $large ]]; then
      echo "  ${BASH_REMATCH[2]} ${BASH_REMATCH[3]}, ${BASH_REMATCH[4]} MB"
    elif [[ $line == "WARNING: Retrying"* ]]; then
      echo "  no answer; trying again"
    elif [[ $line == "Installing collected packages"* ]]; then
      line=${line//[^,]/}
      echo "  unpacking $((${#line} + 1)) packages"
    fi
  done
}

extras=${EXTRAS:-$(cat .venv/ready 2>/dev/null || true)}
extras=${extras:-dev}
doing="Bringing .venv up to date with pyproject.toml and constraints.txt."
fault="it is not there yet"
if [ -e .venv ]; then
  fault=$(fault)
  [ -z "$fault" ] || echo ".venv does not work here: $fault."
fi
if [ -n "$fault" ]; then
  python=$(choose)
  echo "Making .venv with $python."
  rm -rf .venv
  mkdir .venv
  touch .venv/unfinished
  "$python" -m venv .venv
  doing="Installing TensorFlow, Keras, JupyterLab and what they need into .venv:
2.7 GB, 3 to 10 minutes, once."
elif [ "$(cat .venv/ready 2>/dev/null)" = "$extras" ] &&
  ! [ pyproject.toml -nt .venv/ready ] && ! [ constraints.txt -nt .venv/ready ]; then
  exit
fi
echo "$doing"
if ! .venv/bin/python -m pip install --no-user --disable-pip-version-check --progress-bar off \
  -c constraints.txt -e ".[$extras]" 2>&1 | tee .venv/pip.log | tell; then
  grep -vE "^(Collecting|Requirement already|  (Downloading|Using cached))" .venv/pip.log |
    tail -n 12 >&2
  echo "The installation failed: pip's reason is above, all that it said in .venv/pip.log." \
    "The same command tries again." >&2
  exit 1
fi
rm -f .venv/unfinished
echo "$extras" >.venv/ready
