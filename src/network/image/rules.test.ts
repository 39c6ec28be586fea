import { describe, expect, it } from 'vitest';
import { findImage, IMAGES } from './catalogue.ts';
import { acceptStatuses, passesFilters, satisfies } from './rules.ts';
import { listedImage } from './view.ts';

const names = (platform: string, test: (image: (typeof IMAGES)[number]) => boolean): string[] =>
  IMAGES.filter((image) => image.platform.startsWith(platform) && test(image)).map((image) =>
    image.osName.replace(/ +/g, ' '),
  );

describe('images', () => {
  it('have ids of their own and are found by them', () => {
    expect(new Set(IMAGES.map((image) => image.id)).size).toBe(IMAGES.length);
    for (const image of IMAGES) expect(findImage(image.id)).toBe(image);
    expect(findImage('m-nothing')).toBeUndefined();
  });

  it('E12: CentOS 7.3, CentOS 6.8 and Windows configure secondary ENIs by themselves, others do not', () => {
    expect(names('', (image) => image.osType === 'linux' && image.configuresSecondaryInterfaces)).toEqual([
      'CentOS 6.8 64 bit',
      'CentOS 7.3 64 bit',
    ]);
    expect(names('Windows', (image) => !image.configuresSecondaryInterfaces)).toEqual([]);
  });

  it('Q1: say which support multi-queue and which enable it', () => {
    const off = (image: (typeof IMAGES)[number]): boolean =>
      image.multiQueue.supported && !image.multiQueue.enabledByDefault;
    expect(names('', off)).toEqual([
      'Aliyun Linux 17.1 64 bit',
      'OpenSUSE 42.3 64 bit',
      'Red Hat Enterprise Linux 6.9 64 bit',
      'Red Hat Enterprise Linux 7.4 64 bit',
      'Red Hat Enterprise Linux 7.5 64 bit',
    ]);
    expect(names('CentOS', (image) => image.multiQueue.enabledByDefault)).toHaveLength(5);
    expect(names('Ubuntu', (image) => image.multiQueue.enabledByDefault)).toHaveLength(3);
    expect(names('Debian', (image) => image.multiQueue.enabledByDefault)).toHaveLength(2);
    expect(names('SUSE', (image) => image.multiQueue.enabledByDefault)).toHaveLength(2);
    expect(names('Windows', (image) => image.multiQueue.enabledByDefault)).toHaveLength(2);
  });

  it('say that their instances are namespace instances', () => {
    for (const image of IMAGES) expect(listedImage(image, false).Description).toContain('namespace instances');
  });

  it('are found by parts of their name', () => {
    const image = findImage('centos_7_03_64_20G_alibase_20200904.vhd')!;
    expect(satisfies(image, { name: 'centos_7' })).toBe(true);
    expect(satisfies(image, { name: 'centos*20G*' })).toBe(true);
    expect(satisfies(image, { name: '20G*centos' })).toBe(false);
    expect(satisfies(image, { osType: 'windows' })).toBe(false);
  });

  it('pass the filters that hold for all of them', () => {
    expect(passesFilters(undefined)).toBe(true);
    expect(passesFilters([{ Key: 'NetworkType', Value: 'vpc' }])).toBe(true);
    expect(passesFilters([{ Key: 'NetworkType', Value: 'classic' }])).toBe(false);
    expect(passesFilters([{ Key: 'CreationStartTime', Value: '2020-01-01T00:00Z' }])).toBe(true);
    expect(passesFilters([{ Key: 'CreationEndTime', Value: '2020-01-01T00:00Z' }])).toBe(false);
    expect(passesFilters([{ Key: 'CpuOnlineUpgrade', Value: 'supported' }])).toBe(false);
    expect(passesFilters([{ Key: 'Colour', Value: 'red' }])).toMatchObject({
      code: 'InvalidFilterKey.NotFound',
      parameter: 'Filter.1.Key',
    });
    expect(passesFilters([{ Key: 'CreationStartTime', Value: 'yesterday' }])).toMatchObject({
      code: 'InvalidParameter',
      parameter: 'Filter.1.Value',
    });
  });
});

describe('states that are asked for', () => {
  it.each([
    [undefined, true],
    [['Available'], true],
    [['Creating', 'Available'], true],
    [['Deprecated', 'UnAvailable'], false],
    [['ALL'], true],
  ])('%j', (asked, expected) => expect(acceptStatuses(asked)).toBe(expected));

  it.each([[['available']], [['ALL', 'Available']], [['Available', 'Lost']]])('%j is refused', (asked) => {
    expect(acceptStatuses(asked)).toMatchObject({ code: 'InvalidParameter', parameter: 'Status' });
  });
});
