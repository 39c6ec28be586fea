/** What the demo says as long as nobody has changed anything in it. */

/** Who, to whom, with what, and what comes of it as long as nobody has changed anything. */
export const EXPECTED = [
  ['internet', 'EIP of demo-web', 'tcp 80', 'Delivered', 'demo-web: accept tcp 80 from anywhere'],
  ['internet', 'EIP of demo-web', 'tcp 22', 'IngressDeniedByDefault', 'no rule lets it in'],
  ['internet', 'EIP of demo-web', 'icmp', 'IngressDeniedByDefault', 'no rule lets it in'],
  ['demo-client', 'demo-web', 'tcp 22', 'Delivered', 'members of demo-inner reach each other'],
  ['demo-client', 'demo-web', 'icmp', 'Delivered', 'members of demo-inner reach each other'],
  ['demo-db', 'demo-web', 'icmp', 'IngressDeniedByDefault', 'no rule lets it in'],
  ['demo-db', 'demo-web', 'tcp 80', 'Delivered', 'demo-web: accept tcp 80 from anywhere'],
  ['demo-web', 'demo-db', 'tcp 5432', 'Delivered', 'demo-db: accept tcp 5432 from demo-web'],
  ['demo-client', 'demo-db', 'tcp 5432', 'IngressDeniedByDefault', 'no rule lets it in'],
  ['demo-web as demo-client', 'demo-db', 'tcp 5432', 'SpoofedSource', 'the source address is not its own'],
  ['demo-stranger', '10.0.1.20', 'icmp', 'AddressUnassigned', 'nobody in this VPC has that address'],
  ['demo-stranger', 'EIP of demo-web', 'tcp 80', 'NoPublicAddress', 'the sender has no public address'],
  ['demo-web', 'internet', 'icmp', 'Delivered', 'outbound traffic is open'],
  ['demo-client', 'internet', 'icmp', 'NoPublicAddress', 'the sender has no public address'],
] as const;

export interface Row {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port?: number;
  readonly as?: string;
  readonly analysis: string;
  readonly reason: string;
  readonly answer?: string;
  readonly why: string;
}

export const shortly = (rows: readonly Row[]) =>
  rows.map(({ from, to, protocol, port, as, reason, why }) => [
    as === undefined ? from : `${from} as ${as}`,
    to,
    port === undefined ? protocol : `${protocol} ${port}`,
    reason,
    why,
  ]);
