/** Which products have an endpoint here. */

/** Codes of the products in the Location service's spelling. */
const SERVED = new Set(['ecs', 'vpc', 'sts', 'location', 'resourcemanager', 'bssopenapi']);

/** The only kind of endpoint there is. */
const KIND = 'openAPI';

/** This server as its caller reaches it. */
interface Reached {
  readonly host: string;
  readonly secure?: boolean | undefined;
}

/** The endpoint of a product in a region: this server as its caller reaches it; none for products not served. */
export function endpointsOf({ host, secure }: Reached, regionId: string, serviceCode: string, type: string) {
  const code = serviceCode.toLowerCase();
  if (!SERVED.has(code) || type.toLowerCase() !== KIND.toLowerCase()) return [];
  return [
    {
      Endpoint: host,
      Id: regionId,
      Namespace: '',
      SerivceCode: code,
      Type: KIND,
      Protocols: { Protocols: [secure ? 'HTTPS' : 'HTTP'] },
    },
  ];
}
