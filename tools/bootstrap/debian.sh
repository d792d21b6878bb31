# Debian packages: installs what is missing, and touches nothing if nothing is.
# shellcheck shell=bash

# packages_in LIST...: the names in the given package lists.
packages_in() { grep -hv '^#' "$@"; }

missing_packages() {
  local installed
  # Its exit status only says that it does not know some of them.
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
    sed -n 's/ installed$//p' || true)
  comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$installed")
}

# apt_get ARGUMENTS...: as root, or through sudo where that asks for no password.
apt_get() {
  local as_root=()
  ((EUID == 0)) || as_root=(sudo -n)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"
}

can_be_root() { ((EUID == 0)) || sudo -n true 2>/dev/null; }

# ensure_packages LIST...
ensure_packages() {
  type dpkg-query >/dev/null 2>&1 ||
    fail "this needs Debian 12 or a relative of it: there is no dpkg-query. It would install the packages listed in $*"
  local wanted missing
  mapfile -t wanted < <(packages_in "$@")
  mapfile -t missing < <(missing_packages "${wanted[@]}")
  ((${#missing[@]} == 0)) && return

  can_be_root || fail "Debian packages are missing that this user may not install. Ask an administrator for:
  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  say "installing Debian packages (${#missing[@]}): ${missing[*]}"
  # The package lists may be stale or absent; what is already downloaded installs without them.
  logged apt_get -o APT::Update::Error-Mode=any update || say "the package lists could not be updated; going on with those at hand"
  logged apt_get install -y --no-install-recommends "${missing[@]}" ||
    fail "these Debian packages are missing and could not be installed: ${missing[*]}
  Is the machine online, and is it Debian 12? The first thing apt-get said: $(first_apt_error)
  The whole log is $log"
}

first_apt_error() { grep -m 1 '^E:' "$log" || tail -n 1 "$log"; }
