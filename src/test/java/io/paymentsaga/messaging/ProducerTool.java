package io.paymentsaga.messaging;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.tools.ProducerPerformance;

/** Kafka's producer performance tool ({@code kafka-producer-perf-test.sh}), in this process. */
final class ProducerTool {
  private static final Pattern RATE =
      Pattern.compile("records sent, ([0-9.]+) records/sec.*99\\.9th", Pattern.DOTALL);

  private final Properties settings;

  /**
   * @param settings of the producer to compare with; the tool writes bytes
   */
  ProducerTool(Properties settings) {
    this.settings = (Properties) settings.clone();
    this.settings.put(
        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    this.settings.put(
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
  }

  /** Records a second, as the tool itself reports them. */
  double run(String topic, int records, Path payloads) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--topic",
                topic,
                "--num-records",
                String.valueOf(records),
                "--throughput",
                "-1",
                "--payload-file",
                payloads.toString(),
                "--producer-props"));
    settings.forEach((name, value) -> arguments.add(name + "=" + value));
    String report = printed(arguments.toArray(String[]::new));
    String total = report.substring(report.lastIndexOf(records + " records sent"));
    Matcher rate = RATE.matcher(total);
    if (!rate.find()) {
      throw new IllegalStateException("no result in: " + report);
    }
    return Double.parseDouble(rate.group(1));
  }

  private static String printed(String[] arguments) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    try {
      ProducerPerformance.main(arguments);
    } finally {
      System.setOut(console);
    }
    return output.toString(StandardCharsets.UTF_8);
  }
}
