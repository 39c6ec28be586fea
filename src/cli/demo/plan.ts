/**
 * What the demo consists of, as data: two VPCs with the same block that never meet, and in one of them a web server open
 * to all, a client that belongs to the same inner group, and a database behind a closed group in another zone. Then the
 * questions that are asked about it. Everything is found again by its tag, whose value is its role.
 */

export const TAG = 'yunlan:demo';

/** Both VPCs have it. */
export const BLOCK = '10.0.0.0/16';

export interface VpcPlan {
  readonly role: string;
  readonly name: string;
}

export interface VSwitchPlan {
  readonly role: string;
  readonly name: string;
  readonly vpc: string;
  /** Which of the region's zones. */
  readonly zone: number;
  readonly cidr: string;
}

export interface RulePlan {
  readonly port: number;
  /** A block, or the role of a group. */
  readonly from: { readonly cidr: string } | { readonly group: string };
  readonly description: string;
}

export interface GroupPlan {
  readonly role: string;
  readonly name: string;
  readonly vpc: string;
  readonly description: string;
  /** TCP, inbound. */
  readonly rules: readonly RulePlan[];
}

export interface InstancePlan {
  readonly role: string;
  readonly name: string;
  readonly vswitch: string;
  readonly address: string;
  readonly groups: readonly string[];
  /** TCP port on which it serves a page; made so by UserData. */
  readonly serves?: number;
  /** What stands beside it in the list of what there is. */
  readonly remark: string;
}

/** Path of the script that serves a page: UserData runs at the first boot only, and a server ends with its instance. */
export const SERVE = '/root/serve';

export const WEB_PORT = 80;
export const DB_PORT = 5432;

/** UserData that writes a page and a script that serves it unless it is served already, and runs the script. */
export const userDataOf = ({ name, serves: port }: InstancePlan): string => `#!/bin/sh
mkdir -p /root/page
echo 'Hello from ${name}.' >/root/page/index.html
cat >${SERVE} <<'END'
#!/bin/sh
python3 -c 'import socket; socket.create_connection(("127.0.0.1", ${port}), 1)' 2>/dev/null && exit 0
setsid python3 -m http.server ${port} --directory /root/page >/dev/null 2>&1 </dev/null &
END
chmod 755 ${SERVE}
${SERVE}
`;

export const VPCS: readonly VpcPlan[] = [
  { role: 'one', name: 'demo-one' },
  { role: 'two', name: 'demo-two' },
];

export const VSWITCHES: readonly VSwitchPlan[] = [
  { role: 'one-front', name: 'demo-one-front', vpc: 'one', zone: 0, cidr: '10.0.1.0/24' },
  { role: 'one-back', name: 'demo-one-back', vpc: 'one', zone: 1, cidr: '10.0.2.0/24' },
  { role: 'two', name: 'demo-two', vpc: 'two', zone: 0, cidr: '10.0.1.0/24' },
];

export const GROUPS: readonly GroupPlan[] = [
  {
    role: 'web',
    name: 'demo-web',
    vpc: 'one',
    description: 'Web servers: port 80 is open to all.',
    rules: [{ port: WEB_PORT, from: { cidr: '0.0.0.0/0' }, description: 'The web is for everybody.' }],
  },
  {
    role: 'inner',
    name: 'demo-inner',
    vpc: 'one',
    description: 'Members reach each other; there are no rules.',
    rules: [],
  },
  {
    role: 'db',
    name: 'demo-db',
    vpc: 'one',
    description: 'Databases: closed to all but web servers.',
    rules: [{ port: DB_PORT, from: { group: 'web' }, description: 'Web servers ask the database.' }],
  },
  { role: 'two', name: 'demo-two', vpc: 'two', description: 'The other VPC; there are no rules.', rules: [] },
];

/** Made in this order. The last is made when all else is there, so with it the demo is complete. */
export const INSTANCES: readonly InstancePlan[] = [
  {
    role: 'web',
    name: 'demo-web',
    vswitch: 'one-front',
    address: '10.0.1.10',
    groups: ['web', 'inner'],
    serves: WEB_PORT,
    remark: 'web server by UserData',
  },
  {
    role: 'client',
    name: 'demo-client',
    vswitch: 'one-front',
    address: '10.0.1.20',
    groups: ['inner'],
    remark: '',
  },
  {
    role: 'db',
    name: 'demo-db',
    vswitch: 'one-back',
    address: '10.0.2.10',
    groups: ['db'],
    serves: DB_PORT,
    remark: 'in another zone',
  },
  {
    role: 'stranger',
    name: 'demo-stranger',
    vswitch: 'two',
    address: '10.0.1.10',
    groups: ['two'],
    remark: 'the address of demo-web, in the other VPC',
  },
];

/** Role of the EIP: that of the instance which has it. */
export const EIP_OF = 'web';

/** An instance by its role, the EIP, the host beyond the public edge, or a plain address. */
export type Party = { readonly instance: string } | { readonly address: string } | 'eip' | 'internet';

export interface Question {
  readonly from: { readonly instance: string } | 'internet';
  readonly to: Party;
  readonly protocol: 'tcp' | 'icmp';
  readonly port?: number;
  /** Role of the instance whose address the packet bears instead of the sender's own. */
  readonly as?: string;
}

const WEB = { instance: 'web' } as const;
const CLIENT = { instance: 'client' } as const;
const DB = { instance: 'db' } as const;
const STRANGER = { instance: 'stranger' } as const;
const OF_CLIENT = '10.0.1.20';

export const QUESTIONS: readonly Question[] = [
  { from: 'internet', to: 'eip', protocol: 'tcp', port: WEB_PORT },
  { from: 'internet', to: 'eip', protocol: 'tcp', port: 22 },
  { from: 'internet', to: 'eip', protocol: 'icmp' },
  { from: CLIENT, to: WEB, protocol: 'tcp', port: 22 },
  { from: CLIENT, to: WEB, protocol: 'icmp' },
  { from: DB, to: WEB, protocol: 'icmp' },
  { from: DB, to: WEB, protocol: 'tcp', port: WEB_PORT },
  { from: WEB, to: DB, protocol: 'tcp', port: DB_PORT },
  { from: CLIENT, to: DB, protocol: 'tcp', port: DB_PORT },
  { from: WEB, to: DB, protocol: 'tcp', port: DB_PORT, as: 'client' },
  { from: STRANGER, to: { address: OF_CLIENT }, protocol: 'icmp' },
  { from: STRANGER, to: 'eip', protocol: 'tcp', port: WEB_PORT },
  { from: WEB, to: 'internet', protocol: 'icmp' },
  { from: CLIENT, to: 'internet', protocol: 'icmp' },
];
