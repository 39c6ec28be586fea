/** The plain page at /console/ until there is a console: what runs here, and how to use it. Tells nothing of accounts. */

export interface StatusFacts {
  readonly version: string;
  readonly endpoint: string;
  readonly regionId: string;
  readonly driver: string;
  readonly realPackets: boolean;
  /** Networks whose reality follows what is wanted, of all. */
  readonly networks: { readonly realized: number; readonly all: number };
  /** Number of instances by status. */
  readonly instances: { readonly [status: string]: number };
}

export function statusPage(facts: StatusFacts): string {
  const instances = Object.entries(facts.instances).map(([status, count]) => `${count} ${status}`);
  const rows: readonly (readonly [string, string])[] = [
    ['Version', facts.version],
    ['Endpoint', facts.endpoint],
    ['Default region', facts.regionId],
    ['Driver', facts.realPackets ? `${facts.driver} (real packets)` : `${facts.driver} (no packet moves)`],
    ['Networks', `${facts.networks.realized} of ${facts.networks.all} realized`],
    ['Instances', instances.join(', ') || 'none'],
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Yunlan</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #1f2328; }
  th { text-align: left; padding: .2rem 2rem .2rem 0; font-weight: 600; vertical-align: top; }
  code { background: #f3f4f6; padding: .1rem .3rem; border-radius: 4px; }
</style>
<h1>Yunlan</h1>
<p>This server speaks the ECS and VPC API. Point an SDK or Terraform at the endpoint, or use the command line.</p>
<table>
${rows.map(([name, value]) => `<tr><th>${name}</th><td>${escapeHtml(value)}</td></tr>`).join('\n')}
</table>
<p><code>yunlan vpc CreateVpc --CidrBlock 10.0.0.0/16</code> · <code>yunlan ecs DescribeInstances</code> ·
<code>yunlan exec INSTANCE -- ping -c1 10.0.0.2</code></p>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
