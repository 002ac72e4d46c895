# shellcheck shell=bash
# What has to be installed.

# g++ brings what Swift links with; with libcurl a program links that contains Foundation.
packages=(
    postgresql redis-server libpq-dev libhiredis-dev libssl-dev libcurl4-openssl-dev openssl pkg-config g++
)

need_packages() {
    command -v swift > /dev/null || die "Swift is not installed: get 6.3 from https://www.swift.org/install/linux"
    command -v dpkg-query > /dev/null || die "this needs Debian or a relative of it, or these packages: ${packages[*]}"
    local name missing=()
    for name in "${packages[@]}"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2> /dev/null) == installed ]] || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    step "Installing ${missing[*]}"
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo > /dev/null || die "run this as root once: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600)
    "${apt[@]}" update || say "The list of packages could not be brought up to date; trying with the one that is there."
    # The servers that the packages would start are not ours: we run private ones.
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" \
        || die "the packages could not be installed; mend what apt-get says above, then run this again"
}
