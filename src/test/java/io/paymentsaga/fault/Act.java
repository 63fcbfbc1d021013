package io.paymentsaga.fault;

import java.util.Locale;

/**
 * What somebody may do to a payment while the service runs, and how often compared with the rest.
 */
enum Act {
  CUSTOMER_PAYS(16),
  CUSTOMER_IS_DECLINED(3),
  CUSTOMER_PAYS_BY_DEBIT(3),
  CUSTOMER_CANCELS(2),
  BANK_LETS_DEBIT_THROUGH(3),
  BANK_RETURNS_DEBIT(2),
  BANK_DISPUTES(2),
  BANK_DECIDES_DISPUTE(2),
  BANK_RETURNS_REFUND(2),
  DASHBOARD_REFUNDS(2),
  DASHBOARD_AMENDS(1),
  STRIPE_EXPIRES_SESSION(1),
  STRIPE_SENDS_AGAIN(4),
  STRIPE_MAKES_NO_EVENT_OF_PAYING(3),
  STRIPE_LOSES_REPLIES(3),
  STRIPE_FAILS(2),
  STRIPE_LOSES_REPLY_TO_REFUND(4),
  ORDER_CANCELLED(3),
  COMMAND_CANCEL(2),
  COMMAND_REFUND(2),
  COMMAND_FAIL(1),
  MESSAGE_REPEATED(2),
  OPERATOR_REFUNDS_ALL(3),
  OPERATOR_REFUNDS_SOME(12),
  OPERATOR_COMPENSATES(2),
  OPERATOR_RETRIES(2),
  OPERATOR_RESOLVES(1),
  CLOCK_MAKES_ALL_DUE(4),
  NOBODY_DOES_ANYTHING(8);

  private final int weight;

  Act(int weight) {
    this.weight = weight;
  }

  /** Of all weights together, its share. */
  int weight() {
    return weight;
  }

  /** Who does it. */
  String actor() {
    return name().substring(0, name().indexOf('_')).toLowerCase(Locale.ROOT);
  }
}
