/**
 * Settings of the kernel in the namespaces of networks: making them so, and finding which are not. Pure; scripts of a
 * shell in the namespace.
 */

/** Of the namespace as a whole, against whatever the machine's own are: new namespaces inherit those. */
const GENERAL: readonly (readonly [path: string, value: number])[] = [
  // first, as it resets others
  ['ipv4/ip_forward', 1],
  ...['all', 'default'].flatMap((scope) =>
    (
      [
        ['send_redirects', 0],
        ['accept_redirects', 0],
        ['accept_source_route', 0],
        // The rules check port, MAC and source together, which is stricter; forwarders need foreign sources.
        ['rp_filter', 0],
        ['arp_filter', 0],
        ['arp_ignore', 0],
        ['arp_announce', 0],
        ['proxy_arp', scope === 'default' ? 1 : 0],
      ] as const
    ).map(([name, value]) => [`ipv4/conf/${scope}/${name}`, value] as const),
  ),
  // Unreachable destinations have a limit of their own; with both, who asks once a second is told hardly ever.
  ['ipv4/icmp_ratelimit', 0],
  ['ipv6/conf/all/disable_ipv6', 1],
  ['ipv6/conf/default/disable_ipv6', 1],
];

/** Where flows are tracked: one in the middle that is not known is no flow. */
const OF_FLOWS: readonly (readonly [path: string, value: number])[] = [['netfilter/nf_conntrack_tcp_loose', 0]];

/** Of each link, inherited when it is made: those without which its packets do not pass. */
const OF_LINKS: readonly (readonly [name: string, value: number])[] = [
  ['forwarding', 1],
  ['proxy_arp', 1],
  ['rp_filter', 0],
  ['arp_ignore', 0],
];

/** First letters of the links that we make; the kernel's own keep what it gave them. */
const LINKS = ['p*', 'q*', 'n*', 'm*', 'up0', 'out0', 'world0'];

/** Script that makes the general settings. */
export function settingsScript(): string {
  return GENERAL.map(([path, value]) => {
    const write = `echo ${value} >/proc/sys/net/${path}`;
    // A kernel may be without IPv6.
    return path.startsWith('ipv6/') ? `{ [ ! -e /proc/sys/net/${path} ] || ${write}; }` : write;
  }).join(' && ');
}

/** Script that makes the settings of tracking, which exist once rules ask for it. */
export function flowSettingsScript(): string {
  return OF_FLOWS.map(([path, value]) => `echo ${value} >/proc/sys/net/${path}`).join(' && ');
}

/** Script that prints `PATH VALUE` for each setting that has another value; a path is relative to /proc/sys/net. */
export function wrongSettingsScript(options: { readonly flows: boolean }): string {
  const wanted = new Map<number, string[]>();
  const put = (value: number, path: string) => wanted.set(value, [...(wanted.get(value) ?? []), path]);
  for (const [path, value] of options.flows ? [...GENERAL, ...OF_FLOWS] : GENERAL) put(value, path);
  for (const [name, value] of OF_LINKS) for (const link of LINKS) put(value, `ipv4/conf/${link}/${name}`);
  // -s: what does not exist is no wrong setting.
  const questions = Array.from(
    wanted,
    ([value, paths]) => `grep -sLx ${value} ${paths.join(' ')} | sed 's/$/ ${value}/'`,
  );
  return ['cd /proc/sys/net', ...questions, 'cd /'].join('\n');
}

/** Script that puts right what {@link wrongSettingsScript} has printed. */
export function mendSettingsScript(printed: string): string {
  const lines = printed.split('\n').flatMap((line) => {
    const [, path, value] = /^([\w./-]+) (\d+)$/.exec(line) ?? [];
    return path === undefined || path.includes('..') ? [] : [`echo ${value} >/proc/sys/net/${path}`];
  });
  return lines.join('\n');
}
