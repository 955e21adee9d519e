/**
 * Standard objects that integrations name, in Salesforce's spelling, by their name in lower case. Not all there are: an object
 * that is missing here gives a warning offline, and `--org` asks the org itself.
 * Source: Object Reference for the Salesforce Platform, "Standard Objects".
 */
const names =
  'Account AccountContactRelation AccountContactRole AccountPartner AccountShare AccountTeamMember ActionLink ' +
  'ActivityHistory AgentWork ApexClass ApexTrigger Asset AssetRelationship AssignedResource AssignmentRule ' +
  'AssociatedLocation Attachment Audience AuthorizationForm AuthorizationFormConsent BusinessHours BusinessProcess ' +
  'Campaign CampaignMember CampaignMemberStatus Case CaseComment CaseContactRole CaseHistory CaseMilestone CaseTeamMember ' +
  'CategoryData ChatterActivity CollaborationGroup CollaborationGroupMember Community ConsumptionSchedule Contact ' +
  'ContactPointAddress ContactPointConsent ContactPointEmail ContactPointPhone ContactRequest ContentDocument ' +
  'ContentDocumentLink ContentFolder ContentNote ContentVersion ContentWorkspace Contract ContractContactRole ' +
  'ContractLineItem Conversation ConversationEntry CurrencyType CustomPermission Customer Dashboard DataUsePurpose ' +
  'DatedConversionRate DandBCompany Division Document DuplicateRecordItem DuplicateRecordSet DuplicateRule EmailMessage ' +
  'EmailMessageRelation EmailTemplate EngagementChannelType Entitlement EntityMilestone Event EventRelation ExternalEvent ' +
  'FeedComment FeedItem FieldPermissions FiscalYearSettings Folder ForecastingItem ForecastingQuota Goal Group GroupMember ' +
  'Holiday Idea Image Individual Invoice InvoiceLine Knowledge__kav KnowledgeArticle KnowledgeArticleVersion Lead LeadStatus ' +
  'LinkedArticle ListEmail ListView LiveChatTranscript Location LoginHistory Macro MaintenanceAsset MaintenancePlan ' +
  'MessagingEndUser MessagingSession Metric MilestoneType Name Network Note ObjectPermissions OpenActivity ' +
  'Opportunity OpportunityCompetitor OpportunityContactRole OpportunityFieldHistory OpportunityHistory OpportunityLineItem ' +
  'OpportunityLineItemSchedule OpportunityPartner OpportunityShare OpportunitySplit OpportunityStage OpportunityTeamMember ' +
  'Order OrderHistory OrderItem OrgWideEmailAddress Organization Partner PartnerRole Payment PaymentMethod Period ' +
  'PermissionSet PermissionSetAssignment PermissionSetGroup Person PersonAccount Pricebook2 PricebookEntry ProcessInstance ' +
  'Product2 ProductConsumed ProductItem ProductRequest ProductTransfer Profile ProfileSkill PromptAction Publisher QueueSobject ' +
  'QuickText Quote QuoteDocument QuoteLineItem RecordType RecordAction Report ResourceAbsence ResourcePreference ReturnOrder ' +
  'ReturnOrderLineItem Scorecard SelfServiceUser ServiceAppointment ServiceContract ServiceCrew ServiceReport ServiceResource ' +
  'ServiceTerritory ServiceTerritoryMember Shift Shipment SkillRequirement Skill SocialPersona SocialPost Solution ' +
  'StaticResource Survey SurveyInvitation SurveyQuestion SurveyResponse Task TaskPriority TaskRelation TaskStatus Territory2 ' +
  'Territory2Model TimeSheet TimeSheetEntry TimeSlot Topic TopicAssignment User UserLicense UserLogin UserPackageLicense ' +
  'UserRole UserShare UserTerritory2Association Voucher WorkBadge WorkOrder WorkOrderLineItem WorkStep WorkType Visit Vote';

export const standardObjects: ReadonlyMap<string, string> = new Map(
  names.split(' ').map((name) => [name.toLowerCase(), name]),
);

/** Names that only an org can know: custom objects, metadata types, external objects, events, and packaged ones. */
export function isCustomName(name: string): boolean {
  return /__[a-z]{1,10}$/i.test(name);
}
