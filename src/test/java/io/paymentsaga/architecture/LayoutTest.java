package io.paymentsaga.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which package may know which. */
class LayoutTest {
  private static final String ROOT = "io.paymentsaga";
  private static final String PAYMENT = "io.paymentsaga.payment..";
  private static final String SAGA = "io.paymentsaga.saga..";
  private static final String STRIPE = "io.paymentsaga.stripe..";
  private static final String HTTP = "io.paymentsaga.http..";
  private static final String MESSAGING = "io.paymentsaga.messaging..";
  private static final String ROUTE = "io.paymentsaga.route..";
  private static final String STRIPE_SDK = "com.stripe..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void the_functional_core_knows_nothing_but_the_language() {
    classes()
        .that()
        .resideInAPackage(PAYMENT)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            PAYMENT,
            "java.lang..",
            "java.util",
            "java.util.function",
            "java.util.stream",
            "java.time")
        .check(CLASSES);
  }

  @Test
  void the_functional_core_is_given_its_times_and_ids() {
    noClasses()
        .that()
        .resideInAPackage(PAYMENT)
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Clock.class, UUID.class)
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(CLASSES);
  }

  @Test
  void the_saga_service_knows_nothing_of_payments() {
    noClasses()
        .that()
        .resideInAPackage(SAGA)
        .should()
        .dependOnClassesThat(resideInAPackage("io.paymentsaga..").and(not(resideInAPackage(SAGA))))
        .check(CLASSES);
  }

  @Test
  void only_the_stripe_package_uses_the_sdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage(STRIPE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(STRIPE_SDK)
        .check(CLASSES);
  }

  @Test
  void no_type_of_the_sdk_leaves_the_stripe_package() {
    noCodeUnits()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat(resideInAPackage(STRIPE).and(modifier(PUBLIC)))
        .should()
        .haveRawParameterTypes(anyElementThat(resideInAPackage(STRIPE_SDK)))
        .check(CLASSES);
    noMethods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat(resideInAPackage(STRIPE).and(modifier(PUBLIC)))
        .should()
        .haveRawReturnType(resideInAPackage(STRIPE_SDK))
        .check(CLASSES);
  }

  @Test
  void the_edges_know_neither_each_other_nor_the_routes() {
    noClasses()
        .that()
        .resideInAPackage(HTTP)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(MESSAGING, ROUTE)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(MESSAGING)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(HTTP, ROUTE)
        .check(CLASSES);
  }

  @Test
  void nothing_knows_what_wires_it() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT)
        .check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Manager", "Helper", "Util", "Utils", "Impl", "Base"})
  void no_class_is_named_for_nothing(String suffix) {
    noClasses().should().haveSimpleNameEndingWith(suffix).check(CLASSES);
  }
}
