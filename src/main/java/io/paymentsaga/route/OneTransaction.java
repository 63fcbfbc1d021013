package io.paymentsaga.route;

import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.TransactedPolicy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs a route in one database transaction, the caller's when there is one. An exception rolls it
 * back and goes on to whoever called the route.
 *
 * <p>Camel's own {@code SpringTransactionPolicy} brings an error handler of its own, which marks a
 * failure as dealt with, so that the calling route neither retries nor answers it; that is why this
 * one exists.
 */
public final class OneTransaction implements TransactedPolicy {
  private final TransactionTemplate transaction;

  public OneTransaction(PlatformTransactionManager transactions) {
    this.transaction = new TransactionTemplate(transactions);
  }

  @Override
  public void beforeWrap(Route route, NamedNode definition) {}

  @Override
  public Processor wrap(Route route, Processor body) {
    return exchange -> transaction.executeWithoutResult(status -> run(body, exchange, status));
  }

  /** Marked as transacted, an exchange stays on the thread that holds the transaction. */
  private void run(Processor body, Exchange exchange, TransactionStatus status) {
    exchange.getUnitOfWork().beginTransactedBy(this);
    try {
      body.process(exchange);
    } catch (Exception failure) {
      exchange.setException(failure);
    } finally {
      exchange.getUnitOfWork().endTransactedBy(this);
    }
    if (exchange.isFailed() || exchange.isRollbackOnly()) {
      status.setRollbackOnly();
    }
  }
}
