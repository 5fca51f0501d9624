import { Directive, ObjectType } from 'type-graphql';
import { NodeType } from '#kernel/graphql/connection.types';

/** Entities of other subgraphs that `node(id:)` can lead to: only their ids are known here. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Payment', { implements: NodeType, description: 'A payment.' })
class PaymentNode extends NodeType {}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Escrow', { implements: NodeType, description: 'Money held for one order.' })
class EscrowNode extends NodeType {}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Payout', { implements: NodeType, description: 'Money on its way to a seller.' })
class PayoutNode extends NodeType {}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Shipment', { implements: NodeType, description: 'Goods on their way.' })
class ShipmentNode extends NodeType {}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('FulfillmentOrder', { implements: NodeType, description: 'What a seller is to ship.' })
class FulfillmentOrderNode extends NodeType {}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Merchant', { implements: NodeType, description: 'Who stands behind sellers.' })
class MerchantNode extends NodeType {}

export const foreignNodeTypes: Function[] = [
  PaymentNode,
  EscrowNode,
  PayoutNode,
  ShipmentNode,
  FulfillmentOrderNode,
  MerchantNode,
];
