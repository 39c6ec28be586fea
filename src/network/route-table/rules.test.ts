import { describe, expect, it } from 'vitest';
import { acceptDestinations, mustNameTables } from './rules.ts';

describe('destinations to ask for', () => {
  it('are canonical, and both filters hold together', () => {
    expect(acceptDestinations(undefined, undefined)).toBeUndefined();
    expect(acceptDestinations('10.0.0.0/255.255.0.0', undefined)).toEqual(['10.0.0.0/16']);
    expect(acceptDestinations(undefined, ['10.0.0.0/16', '10.1.0.0/16'])).toEqual(['10.0.0.0/16', '10.1.0.0/16']);
    expect(acceptDestinations('10.0.0.0/16', ['10.0.0.0/16', '10.1.0.0/16'])).toEqual(['10.0.0.0/16']);
    expect(acceptDestinations('10.2.0.0/16', ['10.0.0.0/16'])).toEqual([]);
  });

  it('that are no blocks are refused by name', () => {
    expect(acceptDestinations('10.0.0.1/16', undefined)).toMatchObject({
      code: 'InvalidParameter',
      parameter: 'DestinationCidrBlock',
    });
    expect(acceptDestinations(undefined, ['10.0.0.0/8', 'x'])).toMatchObject({
      code: 'InvalidParameter',
      parameter: 'DestCidrBlockList.2',
    });
  });
});

describe('the older list of route tables', () => {
  it('wants to be told which tables, and the router once', () => {
    expect(mustNameTables({})).toMatchObject({ code: 'MissingParameter', parameter: 'VRouterId' });
    for (const name of ['RouteTableId', 'RouteTableName', 'RouterId', 'VRouterId']) {
      expect(mustNameTables({ [name]: 'x' })).toBeUndefined();
    }
    expect(mustNameTables({ VRouterId: 'x', RouterId: 'x', RouteTableId: 'y' })).toMatchObject({
      code: 'InvalidParameter.Conflict',
      parameter: 'RouterId',
    });
  });
});
