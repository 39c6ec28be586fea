/**
 * `env`: the variables by which official SDKs, tools and Terraform find this region and its key, as lines for a shell:
 * `eval "$(yunlan env)"`. Prints a secret, so it goes to stdout alone and is never stored.
 */
import { readDaemon } from '../../daemon/directory.ts';
import { authorityPath } from '../../daemon/tls.ts';
import { printLine } from '../output.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';

/** Region of clients that are told none; the same as the server's own. */
const DEFAULT_REGION = 'cn-hangzhou';

/** Products whose calls Terraform sends to hosts of their own unless it is told one (its variable has their name). */
const TERRAFORM_PRODUCTS = ['ECS', 'VPC', 'STS', 'LOCATION', 'RAM', 'RESOURCEMANAGER', 'BSSOPENAPI'];

/** Of temporary keys. */
const TOKENS = ['ALIBABA_CLOUD_SECURITY_TOKEN', 'ALICLOUD_SECURITY_TOKEN'] as const;

export function environment(shared: SharedOptions): number {
  const { endpoint, accessKeyId, accessKeySecret, securityToken, region = DEFAULT_REGION } = findTarget(shared);
  const { host } = new URL(endpoint);
  const authority = readDaemon(shared.data)?.tls === 'own' ? authorityPath(shared.data) : undefined;
  const variables: readonly (readonly [name: string, value: string])[] = [
    // Read by the official SDKs and the CLI …
    ['ALIBABA_CLOUD_ACCESS_KEY_ID', accessKeyId],
    ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', accessKeySecret],
    ['ALIBABA_CLOUD_REGION_ID', region],
    // … and by Terraform. Hosts without a scheme: clients want that apart.
    ['ALICLOUD_ACCESS_KEY', accessKeyId],
    ['ALICLOUD_SECRET_KEY', accessKeySecret],
    ['ALICLOUD_REGION', region],
    ['ALIBABA_CLOUD_ACCOUNT_TYPE', 'Domestic'],
    ['ALICLOUD_SKIP_REGION_VALIDATION', 'true'],
    ...(securityToken === undefined ? [] : TOKENS.map((name) => [name, securityToken] as const)),
    // Beside what is trusted already; other programs' variables take its place and are left alone.
    ...(authority === undefined ? [] : [['NODE_EXTRA_CA_CERTS', authority] as const]),
    ...TERRAFORM_PRODUCTS.map((product) => [`ALIBABA_CLOUD_ENDPOINT_${product}`, host] as const),
  ];
  for (const [name, value] of variables) printLine(`export ${name}=${quote(value)}`);
  return 0;
}

/** As one word of a POSIX shell. */
function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
