package io.paymentsaga.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeExchangeException;
import org.apache.camel.component.sql.DefaultSqlPrepareStatementStrategy;
import org.apache.camel.component.sql.SqlEndpoint;
import org.apache.camel.component.sql.SqlPrepareStatementStrategy;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParsedStatementsTest {
  private static final SqlPrepareStatementStrategy CAMEL_S_OWN =
      new DefaultSqlPrepareStatementStrategy();

  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private final SqlPrepareStatementStrategy parsed = strategyOf(exchange);

  private static SqlPrepareStatementStrategy strategyOf(Exchange exchange) {
    ParsedStatements.use(exchange.getContext());
    return exchange
        .getContext()
        .getEndpoint(
            "sql:SELECT 1?dataSource=#class:org.postgresql.ds.PGSimpleDataSource",
            SqlEndpoint.class)
        .getPrepareStatementStrategy();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "SELECT :?one::text, :?two, :?one",
        "SELECT :?${header.Long-Running-Action}, :?${exchangeProperty.payment}::jsonb",
        "SELECT * FROM payment WHERE status IN (:?in:many) AND amount > :?one",
        "SELECT :?${body[${header.name}]}, :?two"
      })
  void a_statement_gets_what_camel_sql_would_give_it(String query) throws SQLException {
    Map<String, Object> body = Map.of("one", 1, "two", "zwei", "many", List.of("a", "b"));
    exchange.getMessage().setBody(body);
    exchange.getMessage().setHeader("Long-Running-Action", "saga-1");
    exchange.getMessage().setHeader("name", "one");
    exchange.setProperty("payment", "{}");

    for (int call = 0; call < 2; call++) {
      String expected = CAMEL_S_OWN.prepareQuery(query, true, exchange);
      assertThat(parsed.prepareQuery(query, true, exchange)).isEqualTo(expected);
      assertThat(arguments(parsed, query, body)).isEqualTo(arguments(CAMEL_S_OWN, query, body));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT :?missing", "SELECT :?one, :?missing"})
  void a_parameter_nobody_gave_is_an_error(String query) {
    exchange.getMessage().setBody(Map.of("one", 1));

    assertThatThrownBy(() -> arguments(parsed, query, exchange.getMessage().getBody()))
        .isInstanceOf(RuntimeExchangeException.class)
        .hasMessageContaining("missing");
  }

  private List<String> arguments(SqlPrepareStatementStrategy strategy, String query, Object body)
      throws SQLException {
    List<String> arguments = new ArrayList<>();
    strategy
        .createPopulateIterator(query, query, 2, exchange, body)
        .forEachRemaining(argument -> arguments.add(shown(argument)));
    return arguments;
  }

  /** Lists come as iterators, which are equal to nothing but themselves. */
  private static String shown(Object argument) {
    if (!(argument instanceof Iterator<?> list)) {
      return String.valueOf(argument);
    }
    List<Object> all = new ArrayList<>();
    list.forEachRemaining(all::add);
    return all.toString();
  }
}
