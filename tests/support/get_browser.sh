#!/bin/sh
# Unpack Debian's headless Chromium, and the libraries that it needs and this system lacks, into the
# folder that is named: nothing is installed, so it takes no rights. Ends with the file DIR/browser,
# which starts it.
set -eu
mkdir -p "$1"
cd "$1"
[ "$(id -u)" -ne 0 ] || apt-get -qq update
missing=$(apt-get install --simulate --no-install-recommends chromium-headless-shell |
    awk '/^Inst/ { print $2 }')
apt-get -qq -o APT::Sandbox::User=root download $missing
for package in *.deb; do
    dpkg -x "$package" .
    rm "$package"
done
cat > fonts.conf <<END
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$PWD/usr/share/fonts</dir><cachedir>$PWD/fonts.cache</cachedir></fontconfig>
END
cat > browser.partial <<'END'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
libraries=$(find "$here/usr/lib" "$here/lib" -name '*.so*' -printf '%h\n' 2>/dev/null | sort -u)
# A system that has no fonts gets those that came along.
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$here/fonts.conf"
export LD_LIBRARY_PATH="$(echo "$libraries" | tr '\n' ':')${LD_LIBRARY_PATH:-}"
exec "$here/usr/lib/chromium/chromium-headless-shell" "$@"
END
chmod +x browser.partial
./browser.partial --version
mv browser.partial browser
