/** Limits that an administrator may change; the defaults are those of the 2020 product. */

export interface Quotas {
  /** VPCs of an account in a region. */
  readonly vpcsPerRegion: number;
  readonly vswitchesPerVpc: number;
  /** Security groups of an account in a region. */
  readonly securityGroupsPerRegion: number;
  /** Rules of a group, inbound and outbound together. */
  readonly rulesPerSecurityGroup: number;
  /** Rules over all groups of one interface. */
  readonly rulesPerInterface: number;
  readonly securityGroupsPerInterface: number;
  /** Private addresses in a basic group of a VPC. */
  readonly addressesPerBasicGroup: number;
  readonly addressesPerAdvancedGroup: number;
  /** Prefix lists of an account in a region. */
  readonly prefixListsPerRegion: number;
  /** Groups whose rules name one prefix list. */
  readonly associationsPerPrefixList: number;
  /** Instances of an account in a region. */
  readonly instancesPerRegion: number;
  /** Secondary interfaces of an account in a region. */
  readonly networkInterfacesPerRegion: number;
  /** EIPs of an account in all regions. */
  readonly eipsPerAccount: number;
  readonly tagsPerResource: number;
}

export const DEFAULT_QUOTAS: Quotas = {
  vpcsPerRegion: 10,
  vswitchesPerVpc: 24,
  securityGroupsPerRegion: 100,
  rulesPerSecurityGroup: 200,
  rulesPerInterface: 1000,
  securityGroupsPerInterface: 5,
  addressesPerBasicGroup: 2000,
  addressesPerAdvancedGroup: 65_536,
  prefixListsPerRegion: 100,
  associationsPerPrefixList: 1000,
  instancesPerRegion: 1000,
  networkInterfacesPerRegion: 100,
  eipsPerAccount: 20,
  tagsPerResource: 20,
};
