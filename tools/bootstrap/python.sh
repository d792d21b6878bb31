# The virtual environment of the checkout: LibTorch (as the torch package) and the scripts' packages.
# shellcheck shell=bash

readonly venv=.venv
readonly torch_version=2.13.0

# find_python: a Python that can make the environment; Debian's own first, since python3-venv is its.
find_python() {
  local candidate
  for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  fail "no Python 3.11 or later with its venv module was found"
}

ensure_venv() {
  "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
  local python
  python=$(find_python)
  step "making the virtual environment $venv" "$python" -m venv --clear "$venv"
}

# pip_install "what, for the message" ARGUMENTS...
pip_install() {
  local what=$1
  shift
  logged "$venv/bin/python" -m pip install --disable-pip-version-check --progress-bar off "$@" && return
  fail "pip could not install $what. Is the machine online?
  The last thing it said: $(tail -n 1 "$log")
  The whole log is $log"
}

# prefix_libtorch: the first folder of CMAKE_PREFIX_PATH that holds LibTorch; nothing if there is none.
prefix_libtorch() {
  local folder
  local -a folders
  IFS=':;' read -ra folders <<<"${CMAKE_PREFIX_PATH:-}"
  for folder in "${folders[@]}"; do
    if [[ -e $folder/lib/libtorch_cpu.so ]]; then
      printf '%s\n' "$folder"
      return
    fi
  done
}

# A CPU build is taken where pip can find one: from the index that was named, or by its own set-up.
install_torch() {
  if [[ -n ${ROOKERY_TORCH_INDEX:-} ]]; then
    say "installing torch $torch_version from $ROOKERY_TORCH_INDEX"
    pip_install "torch $torch_version" --index-url "$ROOKERY_TORCH_INDEX" "torch==$torch_version"
    return
  fi
  say "installing torch $torch_version"
  logged "$venv/bin/python" -m pip install --disable-pip-version-check --progress-bar off \
    "torch==$torch_version+cpu" && return
  say "no CPU build of torch $torch_version is at hand; the usual one brings CUDA's libraries, over 2 GB to download" \
    "  (set ROOKERY_TORCH_INDEX to a package index of CPU builds to avoid that)"
  pip_install "torch $torch_version" "torch==$torch_version"
}

# The build takes LibTorch from CMAKE_PREFIX_PATH when that has one; the scripts that make models
# need the Python package as well, which is that same folder or else is installed beside it.
provide_torch() {
  local root link
  root=$(prefix_libtorch)
  link=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/rookery_torch.pth
  rm -f "$link"
  if [[ -n $root && -e $root/__init__.py ]]; then
    realpath "$root/.." >"$link"
    if logged "$venv/bin/python" -c 'import torch'; then
      say "using torch from $root"
      return
    fi
    rm -f "$link"
  fi
  [[ -z $root ]] || say "LibTorch comes from $root; the scripts that make models need torch for $venv's Python too"
  install_torch
}

# ensure_python: everything above, once for each set of requirements.
ensure_python() {
  local lists=tools/bootstrap key
  key=$(digest_of "$torch_version" "${ROOKERY_TORCH_INDEX:-}" "$(prefix_libtorch)" -- \
    "$lists/requirements.txt" "$lists/requirements-no-deps.txt")
  is_stamped "$venv/installed" "$key" && [[ -x $venv/bin/python ]] && return
  ensure_venv
  provide_torch
  say "installing Python packages: $(packages_in $lists/requirements.txt $lists/requirements-no-deps.txt | xargs)"
  pip_install "the packages of requirements.txt" -r "$lists/requirements.txt"
  pip_install silero-vad --no-deps -r "$lists/requirements-no-deps.txt"
  stamp "$venv/installed" "$key"
}

# ensure_lint_tools: the Python packages of ./bootstrap.sh lint.
ensure_lint_tools() {
  local list=tools/bootstrap/requirements-lint.txt key
  key=$(digest_of -- "$list")
  is_stamped "$venv/installed-lint" "$key" && return
  pip_install "the packages of $list" -r "$list"
  stamp "$venv/installed-lint" "$key"
}
