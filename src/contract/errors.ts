/**
 * The one table of error codes: HTTP status and text. Codes are the official API's where one is documented (its odd
 * spellings included); the few of our own are marked in docs/decisions. A refusal can only be made from this table.
 */
import { makeRefusal, type Refusal } from '../values/refusal.ts';

interface ErrorEntry {
  readonly status: number;
  readonly text: string;
}

export const ERRORS = {
  // gateway
  MissingParameter: { status: 400, text: 'A required parameter is absent.' },
  InvalidParameter: { status: 400, text: 'A parameter has a value that is not allowed.' },
  InvalidParamater: { status: 400, text: 'SignatureMethod or SignatureVersion is not supported.' },
  'InvalidParameter.Conflict': { status: 400, text: 'Two parameters exclude each other.' },
  UnsupportedParameter: { status: 400, text: 'The parameter is known but not served here.' },
  'InvalidAction.NotFound': { status: 404, text: 'The action does not exist in this product and version.' },
  InvalidVersion: { status: 400, text: 'No product is served under this version.' },
  UnsupportedOperation: { status: 400, text: 'The action exists in the official API but is not served yet.' },
  UnsupportedHTTPMethod: { status: 403, text: 'Only GET and POST are served.' },
  RequestTooLarge: { status: 413, text: 'The request is larger than this server reads.' },
  RequestTimeout: { status: 408, text: 'The request did not arrive in time.' },
  IllegalTimestamp: { status: 400, text: 'The timestamp is absent or malformed.' },
  'InvalidTimeStamp.Expired': { status: 400, text: "The timestamp is more than 15 minutes from the server's clock." },
  IncompleteSignature: { status: 400, text: 'The signature lacks a part that must be signed.' },
  SignatureDoesNotMatch: { status: 400, text: 'The signature is wrong.' },
  SignatureNonceUsed: { status: 400, text: 'The nonce was used before.' },
  'InvalidAccessKeyId.NotFound': { status: 404, text: 'The access key does not exist.' },
  'Forbidden.AccessKeyDisabled': { status: 403, text: 'The access key is disabled.' },
  'InvalidSecurityToken.MismatchWithAccessKey': {
    status: 400,
    text: 'The security token does not belong to the access key.',
  },
  'Forbidden.RAM': { status: 403, text: 'The caller may not do this.' },
  'Forbidden.HostNotAllowed': { status: 403, text: 'The Host header names another server.' },
  'Forbidden.OriginNotAllowed': { status: 403, text: 'The request comes from a page of another site.' },
  'InvalidPath.NotFound': { status: 404, text: 'Nothing is served under this path; the API is at /.' },
  UpgradeRequired: { status: 426, text: 'The action streams: send Connection: Upgrade and Upgrade: yunlan-exec.' },
  IdempotentParameterMismatch: { status: 400, text: 'The ClientToken was used before with other parameters.' },
  DryRunOperation: { status: 400, text: 'The dry run passed; nothing was changed.' },
  InternalError: { status: 500, text: 'An internal failure; the log has the cause under the RequestId.' },
  ServiceUnavailable: { status: 503, text: 'The server is shutting down or cannot serve this now.' },
  // regions, catalogue
  'InvalidRegionId.NotFound': { status: 404, text: 'The region does not exist.' },
  'InvalidZoneId.NotFound': { status: 404, text: 'The zone does not exist in this region.' },
  'InvalidAcceptLanguage.NotFound': { status: 404, text: 'The language is not served.' },
  'InvalidResourceType.NotFound': { status: 404, text: 'The resource type does not exist.' },
  'InvalidInstanceChargeType.NotFound': { status: 404, text: 'The charge type does not exist.' },
  'InvalidImageId.NotFound': { status: 404, text: 'The image does not exist.' },
  'InvalidInstanceType.ValueNotSupported': { status: 400, text: 'The instance type does not exist.' },
  // names and tags
  'InvalidDescription.Malformed': { status: 400, text: 'The description is not allowed.' },
  'InvalidVpcName.Malformed': { status: 400, text: 'The VPC name is not allowed.' },
  'InvalidVpcDiscription.Malformed': { status: 400, text: 'The VPC description is not allowed.' },
  'InvalidVSwitchName.Malformed': { status: 400, text: 'The VSwitch name is not allowed.' },
  'InvalidVSwitchDiscription.Malformed': { status: 400, text: 'The VSwitch description is not allowed.' },
  'InvalidSecurityGroupName.Malformed': { status: 400, text: 'The security group name is not allowed.' },
  'InvalidSecurityGroupDiscription.Malformed': {
    status: 400,
    text: 'The security group or rule description is not allowed.',
  },
  'InvalidInstanceName.Malformed': { status: 400, text: 'The instance name is not allowed.' },
  'InvalidParams.InstanceNameExceed': { status: 403, text: 'The numbers in the instance names become too large.' },
  'InvalidHostName.Malformed': { status: 400, text: 'The host name is not allowed.' },
  'InvalidTagKey.Malformed': { status: 400, text: 'The tag key is not allowed.' },
  'InvalidTagValue.Malformed': { status: 400, text: 'The tag value is not allowed.' },
  InvalidTagCount: { status: 400, text: 'More than 20 tags.' },
  'Duplicate.TagKey': { status: 400, text: 'A tag key is given twice.' },
  // VPC and VSwitch
  'InvalidVpcId.NotFound': { status: 404, text: 'The VPC does not exist.' },
  'InvalidCidrBlock.Malformed': { status: 400, text: 'The block is no CIDR block or not allowed.' },
  'InvalidCidrBlock.Overlapped': { status: 400, text: 'The block overlaps another one.' },
  'InvalidCirdrBlock.MaskLength': { status: 400, text: 'The mask length of the block is not allowed.' },
  'QuotaExceeded.Vpc': { status: 400, text: 'The VPC quota of the region is used up.' },
  'QuotaExceeded.VSwitch': { status: 400, text: 'The VSwitch quota of the VPC is used up.' },
  IncorrectVpcStatus: { status: 400, text: 'The VPC is not Available.' },
  IncorrectVSwitchStatus: { status: 400, text: 'The VSwitch is not Available.' },
  'InvalidVSwitchId.NotFound': { status: 404, text: 'The VSwitch does not exist.' },
  DependencyViolation: { status: 400, text: 'Something still uses the resource.' },
  'DependencyViolation.VSwitch': { status: 400, text: 'The VPC still has VSwitches.' },
  'DependencyViolation.SecurityGroup': { status: 400, text: 'The VPC still has security groups.' },
  'InvalidRouteTableId.NotFound': { status: 404, text: 'The route table does not exist.' },
  OperationDenied: { status: 403, text: 'The operation is not allowed for this resource.' },
  // security groups
  'InvalidSecurityGroupId.NotFound': { status: 404, text: 'The security group does not exist.' },
  'InvalidSecurityGroupId.Malformed': { status: 400, text: 'The security group id is malformed.' },
  'InvalidSourceGroupId.NotFound': { status: 404, text: 'The source group does not exist.' },
  'InvalidSourceGroupId.Mismatch': { status: 403, text: 'The source group is in another VPC.' },
  'InvalidDestGroupId.NotFound': { status: 404, text: 'The destination group does not exist.' },
  'InvalidDestGroupId.Mismatch': { status: 403, text: 'The destination group is in another VPC.' },
  'InvalidSecurityGroup.IsSame': { status: 403, text: 'The rule refers to its own group.' },
  'InvalidParamter.Conflict': { status: 403, text: 'The rule refers to its own group.' },
  'InvalidIpProtocol.ValueNotSupported': { status: 400, text: 'The protocol is not supported.' },
  'InvalidIpProtocol.Malformed': { status: 400, text: 'The protocol and the port range do not fit.' },
  'InvalidParam.PortRange': { status: 400, text: 'The port range is not allowed.' },
  'InvalidSourcePortRange.Malformed': { status: 400, text: 'The source port range is not allowed.' },
  'InvalidParam.SourceIp': { status: 400, text: 'SourceCidrIp is no IPv4 address or block.' },
  'InvalidParam.DestIp': { status: 400, text: 'DestCidrIp is no IPv4 address or block.' },
  'InvalidParam.Ipv6SourceCidrIp': { status: 400, text: 'IPv6 is not served.' },
  'InvalidParam.Ipv6DestCidrIp': { status: 400, text: 'IPv6 is not served.' },
  'InvalidPolicy.Malformed': { status: 400, text: 'The policy is not allowed.' },
  'InvalidPriority.ValueNotSupported': { status: 400, text: 'The priority is not an integer of 1 to 100.' },
  'InvalidNicType.ValueNotSupported': { status: 400, text: 'NicType is neither internet nor intranet.' },
  'InvalidNicType.Mismatch': { status: 400, text: 'Rules of VPC groups need NicType intranet.' },
  'MissingParameter.Source': { status: 400, text: 'The rule names no source.' },
  'MissingParameter.Dest': { status: 400, text: 'The rule names no destination.' },
  'InvalidSecurityGroupRuleId.NotFound': { status: 404, text: 'The rule does not exist.' },
  'SecurityGroupRule.NotFound': { status: 404, text: 'The rule does not exist.' },
  'InvalidParam.SecurityGroupRuleId': { status: 400, text: 'The rule id is malformed.' },
  'InvalidParam.InvalidModifyRuleRequest': { status: 400, text: 'The request changes nothing of the rule.' },
  'InvalidOperation.ModifySgRuleEntityType': { status: 400, text: 'The kind of peer of a rule cannot change.' },
  'InvalidOperation.ModifyNicType': { status: 400, text: 'NicType of a rule cannot change.' },
  'InvalidOperation.RuleDuplicate': { status: 400, text: 'The group has such a rule already.' },
  'Abs.GroupNos.Malformed': { status: 400, text: '1 to 10 security groups are needed.' },
  // prefix lists
  'InvalidPrefixListId.NotFound': { status: 404, text: 'The prefix list does not exist.' },
  'InvalidParameter.AddressFamily': { status: 400, text: 'The address family is neither IPv4 nor IPv6.' },
  'InvalidParameter.PrefixListName': { status: 400, text: 'The name of the prefix list is not allowed.' },
  'InvalidParameter.CidrMalformed': { status: 400, text: 'An entry is no CIDR block.' },
  'InvalidParameter.CidrDuplicated': { status: 400, text: 'A block is given twice.' },
  'LimitExceed.Entry': { status: 400, text: 'More than 200 entries are added or removed.' },
  'LimitExceed.MaxEntries': { status: 400, text: 'The list would have more entries than it may.' },
  'LimitExceed.PrefixListPerRegion': { status: 404, text: 'The prefix list quota of the region is used up.' },
  'LimitExceed.PrefixListId': { status: 400, text: 'More than 100 prefix lists are asked for.' },
  'LimitExceed.PrefixListAssociationResource': {
    status: 403,
    text: 'Too many security groups use the prefix list.',
  },
  'NotAllowed.AssociationExist': { status: 400, text: 'Rules use the prefix list.' },
  AuthorizationLimitExceed: { status: 403, text: 'The rule quota of the group is used up.' },
  'InvalidGroupAuthItem.NotFound': { status: 403, text: 'The rule does not exist.' },
  'QuotaExceed.SecurityGroup': { status: 403, text: 'The security group quota of the region is used up.' },
  'InvalidNetworkType.Mismatch': {
    status: 403,
    text: 'The security groups and the VSwitch are in different networks.',
  },
  'EnterpriseGroupLimited.MutliGroupType': { status: 403, text: 'Basic and advanced groups cannot be mixed.' },
  SecurityGroupInstanceLimitExceed: { status: 403, text: 'The group has no room for more addresses.' },
  SecurityGroupInstanceLimitExceeded: { status: 403, text: 'The group has no room for more addresses.' },
  InstanceSecurityGroupLimitExceeded: { status: 400, text: 'The instance is in the greatest number of groups.' },
  JoinedGroupLimitExceed: { status: 400, text: 'The resource would be in too many groups.' },
  AclLimitExceed: { status: 403, text: 'The rules over all groups exceed the limit of an interface.' },
  'InvalidInstanceId.AlreadyExists': { status: 403, text: 'The instance is in the group already.' },
  'InvalidInstanceId.Mismatch': { status: 400, text: 'The instance and the group are in different VPCs.' },
  InstanceLastSecurityGroup: { status: 403, text: 'The instance would be in no group.' },
  InstanceNotInSecurityGroup: { status: 403, text: 'The instance is not in the group.' },
  'InvalidParam.EniIdAndInstanceId.Conflict': { status: 403, text: 'Both an instance and an interface are given.' },
  // instances and interfaces
  'InvalidInstanceId.NotFound': { status: 404, text: 'The instance does not exist.' },
  'InvalidInstanceId.Malformed': { status: 400, text: 'The instance id is malformed.' },
  IncorrectInstanceStatus: { status: 403, text: 'The instance is not in a state that allows it.' },
  'IncorrectInstanceStatus.Initializing': { status: 403, text: 'The instance is still being created.' },
  'InvalidOperation.DeletionProtection': { status: 403, text: 'The instance is protected from release.' },
  'InvalidMinAmount.Malformed': { status: 400, text: 'MinAmount is greater than Amount.' },
  'InvalidParam.Amount': { status: 403, text: 'The number of instances is not 1 to 100.' },
  'InvalidPassword.Malformed': { status: 400, text: 'The password is not allowed.' },
  'InvalidInternetChargeType.ValueNotSupported': {
    status: 400,
    text: 'The charge type of public traffic does not exist.',
  },
  'InvalidInternetMaxBandwidthIn.Malformed': { status: 400, text: 'The inbound bandwidth is not allowed.' },
  'InvalidInternetMaxBandwidthOut.Malformed': { status: 400, text: 'The outbound bandwidth is not allowed.' },
  ChargeTypeViolation: { status: 403, text: 'The charge type of the instance does not allow it.' },
  InstanceExpired: { status: 403, text: 'The subscription of the instance has expired.' },
  'InvalidOperation.MaxEniQueueNumberExceeded': {
    status: 403,
    text: 'The instance type does not give an interface so many queues.',
  },
  'InvalidPrivateIpAddress.Malformed': { status: 400, text: 'The address is no IPv4 address.' },
  InvalidPrivateIpAddress: { status: 400, text: 'The address is not in the block of the VSwitch or reserved.' },
  'InvalidPrivateIpAddress.Duplicated': { status: 400, text: 'The address is in use.' },
  'QuotaExceeded.PrivateIpAddress': { status: 400, text: 'The VSwitch has too few free addresses.' },
  'QuotaExceed.ElasticQuota': { status: 403, text: 'The instance quota is used up.' },
  'InvalidVSwitchId.Necessary': { status: 400, text: 'VSwitchId is needed.' },
  'InvalidUserData.Base64FormatInvalid': { status: 403, text: 'UserData is not text in Base64.' },
  'InvalidUserData.SizeExceeded': { status: 400, text: 'UserData is larger than 16 KB.' },
  ResourcesNotInSameZone: { status: 403, text: 'The VSwitch is in another zone.' },
  'InvalidEniId.NotFound': { status: 404, text: 'The interface does not exist.' },
  'InvalidOperation.InvalidEniState': { status: 400, text: 'The interface is not in a state that allows it.' },
  'InvalidOperation.InvalidEniType': { status: 403, text: 'The type of the interface does not allow it.' },
  'InvalidOperation.VpcMismatch': { status: 403, text: 'The interface, group or instance are in different VPCs.' },
  'InvalidStatus.StoppedRequired': { status: 400, text: 'The instance must be stopped.' },
  'InvalidParameter.CreditSpecification': {
    status: 400,
    text: 'The instance cannot run with this CreditSpecification.',
  },
  'InvalidParameter.InvalidEniQueueNumber': { status: 403, text: 'The number of queues is not allowed.' },
  'InvalidParameter.SecurityGroupIdRepeated': { status: 404, text: 'A security group is given twice.' },
  'InvalidSecurityGroupVpc.NotBelongToOneVpc': {
    status: 404,
    text: 'The security group is in another VPC than the instance.',
  },
  'InvalidStatus.NotFound': { status: 404, text: 'The status does not exist.' },
  'InvalidFilterKey.NotFound': { status: 404, text: 'The filter does not exist.' },
  InvalidFilterValue: { status: 404, text: 'The value of the filter is not allowed.' },
  'InvalidNetworkType.NotFound': { status: 404, text: 'The network type does not exist.' },
  'InvalidLockReason.NotFound': { status: 404, text: 'The lock reason does not exist.' },
  // public addresses
  'InvalidAllocationId.NotFound': { status: 404, text: 'The EIP does not exist.' },
  'InvalidInstanId.NotFound': { status: 404, text: 'The instance does not exist.' },
  'InvalidBindInstance.NotFound': { status: 404, text: 'The EIP is not associated with it.' },
  'InvalidParameter.Mismatch': { status: 400, text: 'The EIP and its target are in different regions.' },
  'InvalidRegion.NotSupport': { status: 400, text: 'The region does not offer it.' },
  IncorrectEipStatus: { status: 400, text: 'The EIP is not in a state that allows it.' },
  InvalidBindingStatus: { status: 400, text: 'The EIP is being associated or taken off.' },
  'InvalidAssociation.Duplicated': { status: 400, text: 'The target has a public address already.' },
  'Invalid.DirectEip.BindType': { status: 400, text: 'Only an elastic network interface can have an EIP cut-through.' },
  'QuotaExceeded.Eip': { status: 400, text: 'The EIP quota of the account is used up.' },
  ReserveIpFail: { status: 400, text: 'No such public address can be had.' },
  'Forbidden.ChargeTypeIsPrepaid': { status: 400, text: 'The subscription of the EIP runs.' },
  'InvalidChargeType.ValueNotSupported': { status: 400, text: 'The charge type does not exist.' },
  'InvalidIAssociatedInstanceType.ValueNotSupported': { status: 400, text: 'The kind of target does not exist.' },
  // our own product
  'InvalidAccountName.Malformed': { status: 400, text: 'The account name is not allowed.' },
  'InvalidAccountName.Duplicate': { status: 409, text: 'An account has that name.' },
  'InvalidAccountId.NotFound': { status: 404, text: 'The account does not exist.' },
  'InvalidClock.Malformed': { status: 400, text: 'The time is malformed.' },
  'InvalidCommand.Malformed': { status: 400, text: 'The command is empty or malformed.' },
  'InvalidSource.NotFound': { status: 404, text: 'No interface of yours has the address.' },
  'InvalidOperation.NoRealPackets': { status: 400, text: 'This region moves no real packets.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

interface RefusalDetail {
  /** Parameter at fault, in wire form. */
  readonly parameter?: string;
  /** Said after the table's text: what was wrong with this value. Must not contain another code's name. */
  readonly detail?: string;
  /** Where the official API answers this code with another status for one action. */
  readonly status?: number;
}

/** A refusal with this code. The message names the parameter: "TEXT Parameter: NAME. DETAIL". */
export function refuse(code: ErrorCode, { parameter, detail, status }: RefusalDetail = {}): Refusal {
  const entry: ErrorEntry = ERRORS[code];
  const message = [entry.text, parameter && `Parameter: ${parameter}.`, detail].filter(Boolean).join(' ');
  return makeRefusal(code, status ?? entry.status, message, parameter);
}
