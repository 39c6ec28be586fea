import { describe, expect, it } from 'vitest';
import type { Action } from '../../contract/action.ts';
import { commaList, integer, jsonList, list, struct, text } from '../../contract/parameter.ts';
import { readArguments } from './arguments.ts';

const words = text({ fate: 'realised', help: 'Words.' });
const ACTION: Action = {
  product: 'Ecs',
  name: 'MakeThing',
  summary: 'Makes a thing.',
  effect: 'write',
  parameters: {
    ThingName: words,
    Size: integer({ fate: 'realised', help: 'Size.' }),
    GroupIds: list({ fate: 'realised', help: 'Groups.', most: 5, of: words }),
    Tag: list({
      fate: 'realised',
      help: 'Tags.',
      most: 20,
      of: struct({ fate: 'realised', help: 'Tag.', fields: { Key: words, Value: words } }),
    }),
    Disk: struct({ fate: 'realised', help: 'Disk.', fields: { Category: words, Sizes: words } }),
    InstanceIds: jsonList({ fate: 'realised', help: 'Ids.' }),
    VpcId: commaList({ fate: 'realised', help: 'Ids.', most: 20 }),
  },
  answer: {},
  errors: [],
};

const read = (line: string) => readArguments(ACTION, line === '' ? [] : line.split(' '));

describe('words of an action', () => {
  it('become parameters of the wire', () => {
    expect(read('')).toEqual({});
    expect(read('--ThingName a --Size=4')).toEqual({ ThingName: 'a', Size: '4' });
    expect(readArguments(ACTION, ['--ThingName=', '--Size', '-1'])).toEqual({ ThingName: '', Size: '-1' });
    expect(readArguments(ACTION, ['--ThingName', '--Size'])).toEqual({ ThingName: '--Size' });
    expect(read('--RegionId cn-beijing')).toEqual({ RegionId: 'cn-beijing' });
  });

  it('give lists numbered, repeated or as JSON', () => {
    const both = { 'GroupIds.1': 'a', 'GroupIds.2': 'b' };
    expect(read('--GroupIds.1 a --GroupIds.2 b')).toEqual(both);
    expect(read('--GroupIds a --GroupIds b')).toEqual(both);
    expect(read('--GroupIds ["a","b"]')).toEqual(both);
    const tags = { 'Tag.1.Key': 'k', 'Tag.1.Value': 'v' };
    expect(read('--Tag.1.Key k --Tag.1.Value v')).toEqual(tags);
    expect(read('--Tag [{"Key":"k","Value":"v"}]')).toEqual(tags);
    expect(read('--Tag {"Key":"k","Value":"v"} --Tag {"Key":"l"}')).toEqual({ ...tags, 'Tag.2.Key': 'l' });
    expect(read('--Disk {"Category":"ssd"} --Disk.Sizes 4')).toEqual({ 'Disk.Category': 'ssd', 'Disk.Sizes': '4' });
  });

  it('give lists that travel in one value', () => {
    expect(read('--InstanceIds i-1 --InstanceIds i-2')).toEqual({ InstanceIds: '["i-1","i-2"]' });
    expect(read('--InstanceIds ["i-1"]')).toEqual({ InstanceIds: '["i-1"]' });
    expect(read('--InstanceIds [broken')).toEqual({ InstanceIds: '[broken' });
    expect(read('--VpcId a,b')).toEqual({ VpcId: 'a,b' });
    expect(read('--VpcId a --VpcId b')).toEqual({ VpcId: 'a,b' });
  });

  it.each([
    ['--ThingNam a', 'MakeThing has no parameter --ThingNam: did you mean --ThingName?'],
    ['--thingname a', 'MakeThing has no parameter --thingname: did you mean --ThingName?'],
    ['--Tag.1.Kee k', 'MakeThing has no parameter --Tag.1.Kee: did you mean --Tag.1.Key?'],
    ['--Banana 1', 'MakeThing has no parameter --Banana: see --help for those it has'],
    ['--Tag [{"Kee":"k"}]', 'MakeThing has no parameter --Tag.1.Kee: did you mean --Tag.1.Key?'],
    ['--Tag.0.Key k', '--Tag.0.Key: Tag is a list, its items are --Tag.1, --Tag.2 …'],
    ['--ThingName.1 a', '--ThingName.1: ThingName is a single value of type text'],
    ['--ThingName', '--ThingName needs a value'],
    ['--ThingName a --ThingName b', '--ThingName is given twice'],
    ['--Tag.1.Key a --Tag {"Key":"b"}', '--Tag.1.Key is given twice'],
    ['--Tag plain', '--Tag of MakeThing has fields: write --Tag… with their names, or JSON'],
    ['ThingName a', "unexpected word 'ThingName': parameters of MakeThing are written --Name value"],
    ['--constructor a', 'MakeThing has no parameter --constructor: see --help for those it has'],
  ])('%s is refused', (line, message) => {
    expect(() => read(line)).toThrow(message);
  });
});
