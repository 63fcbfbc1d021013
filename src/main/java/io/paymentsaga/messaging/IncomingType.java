package io.paymentsaga.messaging;

/** The messages this service reads; each in an envelope, or flat. */
enum IncomingType {
  ORDER_CREATED("order.created", "order.created"),
  ORDER_CANCELLED("order.cancelled", "order.cancelled"),
  COMPENSATION_COMMAND("saga.payment.compensate", "saga.payment.compensate.command");

  private final String topic;
  private final String schema;

  IncomingType(String topic, String schema) {
    this.topic = topic;
    this.schema = schema;
  }

  /** Where it stands, without a topic prefix. */
  String topic() {
    return topic;
  }

  /** The file of its schema in an envelope. */
  String enveloped() {
    return schema + ".json";
  }

  /** The file of its schema without an envelope. */
  String flat() {
    return schema + ".flat.json";
  }
}
