/** The only reader of process.env. Everything else gets what it needs through Config. */
export type Environment = Readonly<Record<string, string | undefined>>;

const standard = [
  'HOME',
  'PATH',
  'LANG',
  'CI',
  'NO_COLOR',
  'FORCE_COLOR',
  'TERM',
  'COLUMNS',
  'GITHUB_ACTIONS',
  'GITHUB_ACTOR',
  'USER',
  'LOGNAME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_DIRS',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
  'XDG_CURRENT_DESKTOP',
  'XAUTHORITY',
  'SYSTEMROOT',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'TEMP',
  'BROWSER',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'DBUS_SESSION_BUS_ADDRESS',
  'HTTPS_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'TZ',
];

/** `AMP_…` variables and the few standard ones amp honours; nothing else of the environment is ever looked at. */
export function readEnvironment(source: Environment = process.env): Environment {
  const picked: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(source)) {
    if (name.startsWith('AMP_') || standard.includes(name)) picked[name] = value;
  }
  return picked;
}
