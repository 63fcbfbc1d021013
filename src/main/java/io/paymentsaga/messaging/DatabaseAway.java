package io.paymentsaga.messaging;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/**
 * Tells a failure of the database from one of the message: connections refused, broken or used up,
 * a server that starts, stops or is out of resources.
 */
public final class DatabaseAway implements Predicate {
  /**
   * PostgreSQL's classes for connection exceptions, insufficient resources, operator's
   * intervention, system errors.
   */
  private static final Set<String> STATE_CLASSES = Set.of("08", "53", "57", "58");

  @Override
  public boolean matches(Exchange exchange) {
    return isBehind(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
  }

  static boolean isBehind(Throwable failure) {
    Throwable cause = failure;
    while (cause != null) {
      if (isTransactionLost(cause) || (cause instanceof SQLException e && isAway(e))) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** It could not begin, or its end is not known. */
  private static boolean isTransactionLost(Throwable cause) {
    return cause instanceof CannotCreateTransactionException
        || cause instanceof TransactionSystemException;
  }

  private static boolean isAway(SQLException e) {
    return e instanceof SQLTransientConnectionException
        || e instanceof SQLNonTransientConnectionException
        || e instanceof SQLRecoverableException
        || (e.getSQLState() != null
            && e.getSQLState().length() == 5
            && STATE_CLASSES.contains(e.getSQLState().substring(0, 2)));
  }
}
