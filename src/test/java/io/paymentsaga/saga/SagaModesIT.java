package io.paymentsaga.saga;

import static org.apache.camel.model.SagaCompletionMode.AUTO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.SagaCompletionMode;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.SagaPropagation;
import org.apache.camel.saga.CamelSagaService;
import org.apache.camel.saga.InMemorySagaService;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/**
 * Every propagation and completion mode of Camel's saga pattern, in Java and in YAML, against what
 * {@link InMemorySagaService} does; where that one is wrong, the last test says how.
 */
@Timeout(60)
class SagaModesIT {
  @RegisterExtension static final SagaDatabase DATABASE = new SagaDatabase();

  private enum Dsl {
    JAVA,
    YAML
  }

  private enum Service {
    JDBC,
    IN_MEMORY
  }

  /** How the call of one route went, as its caller and its participants see it. */
  private record Seen(boolean failed, boolean keptSaga, List<String> ran) {}

  static Stream<Arguments> calls() {
    return Arrays.stream(SagaPropagation.values())
        .flatMap(
            mode ->
                completions(mode)
                    .flatMap(
                        completion ->
                            Stream.of(
                                Arguments.of(mode, completion, false, false),
                                Arguments.of(mode, completion, false, true),
                                Arguments.of(mode, completion, true, false),
                                Arguments.of(mode, completion, true, true))));
  }

  /** Camel knows a completion mode only where a route may have to decide a saga. */
  private static Stream<SagaCompletionMode> completions(SagaPropagation mode) {
    return mayDecide(mode) ? Arrays.stream(SagaCompletionMode.values()) : Stream.of(AUTO);
  }

  private static boolean mayDecide(SagaPropagation mode) {
    return switch (mode) {
      case REQUIRED, REQUIRES_NEW, MANDATORY -> true;
      case SUPPORTS, NOT_SUPPORTED, NEVER -> false;
    };
  }

  @ParameterizedTest(name = "{0} {1}, in a saga: {2}, failing: {3}")
  @MethodSource("calls")
  void every_mode_is_what_camel_says_in_both_languages(
      SagaPropagation mode, SagaCompletionMode completion, boolean inSaga, boolean failing)
      throws Exception {
    Seen expected = see(Service.IN_MEMORY, Dsl.JAVA, mode, completion, inSaga, failing);

    assertThat(see(Service.JDBC, Dsl.JAVA, mode, completion, inSaga, failing)).isEqualTo(expected);
    assertThat(see(Service.JDBC, Dsl.YAML, mode, completion, inSaga, failing)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(
      value = SagaPropagation.class,
      names = {"REQUIRED", "SUPPORTS"})
  void unlike_the_one_in_memory_an_unknown_saga_is_no_invitation(SagaPropagation mode)
      throws Exception {
    try (Application memory = new Application(Service.IN_MEMORY, Dsl.JAVA, mode);
        Application jdbc = new Application(Service.JDBC, Dsl.JAVA, mode)) {
      assertThat(memory.call("unknown", false).getException()).isNull();
      assertThat(jdbc.call("unknown", false).getException(UnknownSagaException.class)).isNotNull();
    }
  }

  private static Seen see(
      Service service,
      Dsl dsl,
      SagaPropagation mode,
      SagaCompletionMode completion,
      boolean inSaga,
      boolean failing)
      throws Exception {
    try (Application application = new Application(service, dsl, mode, completion)) {
      String sagaId = inSaga ? application.openSaga() : null;
      Exchange answer = application.call(sagaId, failing);
      Object after = answer.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION);
      String expected = expected(mode, completion, inSaga, failing);
      await().untilAsserted(() -> assertThat(application.ran()).isEqualTo(split(expected)));
      return new Seen(
          answer.getException() != null, inSaga && sagaId.equals(after), application.ran());
    }
  }

  /** Only a route that opens its own saga decides it, and only when it is to do so by itself. */
  private static String expected(
      SagaPropagation mode, SagaCompletionMode completion, boolean inSaga, boolean failing) {
    boolean opens =
        mode == SagaPropagation.REQUIRES_NEW || (mode == SagaPropagation.REQUIRED && !inSaga);
    if (!opens || completion == SagaCompletionMode.MANUAL) {
      return "";
    }
    return failing ? "undo" : "confirm";
  }

  private static List<String> split(String names) {
    return names.isEmpty() ? List.of() : List.of(names);
  }

  /** One route under test, {@code direct:step}, with what undoes and what confirms it. */
  private static final class Application implements AutoCloseable {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final CamelSagaService sagas;

    Application(Service service, Dsl dsl, SagaPropagation mode) throws Exception {
      this(service, dsl, mode, AUTO);
    }

    Application(Service service, Dsl dsl, SagaPropagation mode, SagaCompletionMode completion)
        throws Exception {
      sagas =
          switch (service) {
            case JDBC ->
                new JdbcSagaService(
                    DATABASE.dataSource(),
                    new DataSourceTransactionManager(DATABASE.dataSource()),
                    SagaApplication.settings("modes"));
            case IN_MEMORY -> new InMemorySagaService();
          };
      context.addService(sagas);
      context.getShutdownStrategy().setTimeout(5);
      context.addRoutes(participants());
      switch (dsl) {
        case JAVA -> context.addRoutes(step(mode, completion));
        case YAML ->
            PluginHelper.getRoutesLoader(context)
                .loadRoutes(ResourceHelper.fromString("step.camel.yaml", yaml(mode, completion)));
      }
      context.start();
    }

    private RouteBuilder participants() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("direct:undo").process(exchange -> ran.add("undo"));
          from("direct:confirm").process(exchange -> ran.add("confirm"));
          from("direct:body")
              .errorHandler(noErrorHandler())
              .filter(header("fail"))
              .throwException(new IllegalStateException("failed in the body"));
        }
      };
    }

    private static RouteBuilder step(SagaPropagation mode, SagaCompletionMode completion) {
      return new RouteBuilder() {
        @Override
        public void configure() {
          SagaDefinition saga =
              from("direct:step")
                  .errorHandler(noErrorHandler())
                  .routeId("step")
                  .saga()
                  .propagation(mode);
          if (mayDecide(mode)) {
            saga.completionMode(completion);
          }
          if (joins(mode)) {
            saga.compensation("direct:undo").completion("direct:confirm");
          }
          saga.to("direct:body");
        }
      };
    }

    private static String yaml(SagaPropagation mode, SagaCompletionMode completion) {
      String participants =
          joins(mode)
              ? "            compensation: direct:undo\n            completion: direct:confirm\n"
              : "";
      return """
          - route:
              id: step
              errorHandler:
                noErrorHandler: {}
              from:
                uri: direct:step
                steps:
                  - saga:
                      propagation: %s
          %s%s        - to:
                      uri: direct:body
          """
          .formatted(
              mode,
              mayDecide(mode) ? "            completionMode: " + completion + "\n" : "",
              participants);
    }

    /** Camel lets a route that takes no part in a saga enlist nothing. */
    private static boolean joins(SagaPropagation mode) {
      return mode != SagaPropagation.NEVER && mode != SagaPropagation.NOT_SUPPORTED;
    }

    String openSaga() {
      return sagas.newSaga(ExchangeBuilder.anExchange(context).build()).join().getId();
    }

    Exchange call(String sagaId, boolean failing) {
      return context
          .createProducerTemplate()
          .send(
              "direct:step",
              exchange -> {
                exchange.getIn().setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, sagaId);
                exchange.getIn().setHeader("fail", failing);
              });
    }

    List<String> ran() {
      return List.copyOf(ran);
    }

    @Override
    public void close() {
      context.stop();
    }
  }
}
