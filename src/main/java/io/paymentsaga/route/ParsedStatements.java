package io.paymentsaga.route;

import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeExchangeException;
import org.apache.camel.component.sql.DefaultSqlPrepareStatementStrategy;
import org.apache.camel.component.sql.SqlEndpoint;
import org.apache.camel.component.sql.SqlHelper;
import org.apache.camel.support.LRUCacheFactory;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Parses each statement of the routes once, where camel-sql does it for every call: a tenth of what
 * a signal costs. Statements with a list or an expression in an expression, which depend on the
 * call, are left to camel-sql.
 */
public final class ParsedStatements extends DefaultSqlPrepareStatementStrategy {
  /** camel-sql has turned {@code :#name} into {@code :?name} by now. */
  private static final Pattern PARAMETER = Pattern.compile(":\\?(\\w+|\\$\\{[^{}]+})");

  private static final Pattern DEPENDS_ON_CALL = Pattern.compile(":\\?in:|\\$\\{[^}]*\\{");

  private static final int MOST_STATEMENTS = 1000;

  private final Map<String, Statement> statements = LRUCacheFactory.newLRUCache(MOST_STATEMENTS);

  private record Statement(String prepared, List<String> parameters, boolean dependsOnCall) {
    static Statement parse(String query) {
      return new Statement(
          PARAMETER.matcher(query).replaceAll("?"),
          PARAMETER.matcher(query).results().map((MatchResult found) -> found.group(1)).toList(),
          DEPENDS_ON_CALL.matcher(query).find());
    }
  }

  private ParsedStatements() {}

  /** Has every {@code sql} endpoint of the context, unless it says otherwise, work like this. */
  public static void use(CamelContext context) {
    ParsedStatements statements = new ParsedStatements();
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onEndpointAdd(Endpoint endpoint) {
            if (endpoint instanceof SqlEndpoint sql && sql.getPrepareStatementStrategy() == null) {
              sql.setPrepareStatementStrategy(statements);
            }
          }
        });
  }

  @Override
  public String prepareQuery(String query, boolean allowNamedParameters, Exchange exchange)
      throws SQLException {
    Statement statement = parsed(query);
    return !allowNamedParameters || statement.dependsOnCall()
        ? super.prepareQuery(query, allowNamedParameters, exchange)
        : statement.prepared();
  }

  @Override
  public Iterator<?> createPopulateIterator(
      String query, String preparedQuery, int expectedParams, Exchange exchange, Object value)
      throws SQLException {
    Statement statement = parsed(query);
    return statement.dependsOnCall() || statement.parameters().isEmpty()
        ? super.createPopulateIterator(query, preparedQuery, expectedParams, exchange, value)
        : statement.parameters().stream().map(name -> argument(name, exchange, value)).iterator();
  }

  private Statement parsed(String query) {
    return statements.computeIfAbsent(query, Statement::parse);
  }

  private static Object argument(String name, Exchange exchange, Object value) {
    if (!SqlHelper.hasParameter(name, exchange, value)) {
      throw new RuntimeExchangeException("A statement's parameter is missing: " + name, exchange);
    }
    return SqlHelper.lookupParameter(name, exchange, value);
  }
}
