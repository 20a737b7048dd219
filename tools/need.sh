#!/usr/bin/env bash
# See that this machine has what no Python package brings: `tools/need.sh venv chromium dovecot postgresql`.
# Root on Debian gets what is missing installed; everybody else is told the command. CHROMIUM names a browser of one's own.
set -euo pipefail

has() {
    case $1 in
        venv) "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null ;;
        chromium)
            if [[ -n ${CHROMIUM:-} ]]; then
                [[ -x $CHROMIUM ]] && return
                echo "CHROMIUM is '$CHROMIUM', which is not a program: correct it or unset it." >&2
                exit 1
            fi
            local each
            for each in chromium-headless-shell chromium chromium-browser google-chrome; do
                command -v "$each" >/dev/null && return
            done
            return 1
            ;;
        dovecot) PATH=$PATH:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin command -v dovecot >/dev/null ;;
        postgresql) [[ -x /usr/lib/postgresql/15/bin/postgres ]] ;;
        *)
            echo "This machine may need a venv, chromium, dovecot or postgresql; '$1' is none of them." >&2
            exit 2
            ;;
    esac
}

package() {
    case $1 in
        venv) echo python3-venv ;;
        chromium) echo chromium-headless-shell ;;
        dovecot) echo dovecot-imapd ;;
        postgresql) echo postgresql-15 ;;
    esac
}

missing=()
for need in "$@"; do
    has "$need" || missing+=("$(package "$need")")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

if [[ $(id -u) != 0 || ! -f /etc/debian_version ]]; then
    if [[ -f /etc/debian_version ]]; then
        echo "This machine lacks ${missing[*]}. Run: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    else
        echo "This machine lacks what Debian calls ${missing[*]}: install them with its package manager." >&2
    fi
    [[ " ${missing[*]} " != *" chromium "* ]] || echo "Or set CHROMIUM to the path of a Chromium or Chrome." >&2
    exit 1
fi

# The tests start servers of their own: none shall be started by their packages.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
    trap 'rm -f $policy' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
echo "Installing ${missing[*]}"
apt-get update -qq </dev/null
apt-get install -qq -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
