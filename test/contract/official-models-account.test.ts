/** The small products that clients call at their start, against the vendor's model tables and by the vendor's clients. */
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import { ACCOUNT } from './drives/catalogue.ts';
import { driveProduct } from './drives/drive.ts';
import { answerDifferences, requestDifferences } from './sdk-models.ts';

/** A model of a request that is not there: the action takes no parameters. */
const EMPTY_REQUESTS = ['GetCallerIdentity: no request model'];

describe.each(ACCOUNT)('$product contract, SDK and official client', ({ product, sdk, scripts }) => {
  it('know the same parameters and fields, and every action answers all of them', async () => {
    const served = ACTIONS.filter((action) => action.product === product);
    const different = served.flatMap((action) => [
      ...requestDifferences(sdk, action),
      ...answerDifferences(sdk, action),
    ]);
    expect(different.filter((difference) => !EMPTY_REQUESTS.includes(difference))).toEqual([]);
    expect(await driveProduct(product, sdk, scripts)).toEqual({ wrong: [], missing: [], notCalled: [] });
  });
});
