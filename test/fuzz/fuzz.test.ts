/** Requests made from the contract: whatever is sent, the answer is one of the contract and the region stays sound. */
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import { runCampaign } from './campaign.ts';

/** `FUZZ_SEED=7` for another one, `FUZZ_REQUESTS=20000` for more. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_101);
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 5_000);

describe(`requests made from the contract, seed ${SEED}`, () => {
  it('X8: no internal error, no hang, no growth of memory, nothing that the contract does not tell', async () => {
    const report = await runCampaign({ requests: REQUESTS, seed: SEED });
    expect(report.faults.join('\n')).toBe('');
    expect(report.requests).toBeGreaterThanOrEqual(REQUESTS);
    // Requests that are all refused at the door would prove little.
    expect(report.actions.size).toBe(ACTIONS.length);
    expect(report.succeeded / report.requests).toBeGreaterThan(0.25);
    const useful = [...report.actions.values()].filter(({ succeeded }) => succeeded > 0).length;
    expect(useful / ACTIONS.length).toBeGreaterThan(0.85);
    expect(report.codes.size).toBeGreaterThan(80);
  });
});
