package dev.daypass.functions;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Which room may know what. */
class RoomsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.daypass");

    @Test
    void daggerStaysInWiring() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackage("..wiring..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dagger.."));
    }

    @Test
    void onlyWiringAndHandlersConstructorsReadTheEnvironment() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackage("..wiring..")
                .and()
                .haveSimpleNameNotEndingWith("Handler")
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class));
    }

    @Test
    void theVaultDriverStaysInTheVaultPackage() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackage("dev.daypass.functions.vault..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.jopenlibs.."));
    }

    @Test
    void lambdaTypesStayInHandlers() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackages("dev.daypass.functions.http..", "dev.daypass.functions.sweep..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.amazonaws.services.lambda.."));
    }

    @Test
    void theDatabaseDriversStayWithTheWitness() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackage("dev.daypass.functions.witness..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.postgresql..", "org.mariadb.."));
    }

    @Test
    void theVendKnowsNeitherTheBrokerNorTheWitness() {
        hold(noClasses()
                .that()
                .resideInAPackage("dev.daypass.functions.vend..")
                .should()
                .dependOnClassesThat()
                .haveSimpleNameEndingWith("Broker")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("dev.daypass.functions.witness.."));
    }

    @Test
    void theDomainNeedsNoLibrary() {
        hold(classes()
                .that()
                .resideInAnyPackage(
                        "dev.daypass.session",
                        "dev.daypass.grant",
                        "dev.daypass.identity",
                        "dev.daypass.evidence",
                        "dev.daypass.database",
                        "dev.daypass.digest",
                        "dev.daypass.card",
                        "dev.daypass.settings",
                        "dev.daypass.configuration")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "dev.daypass.session",
                        "dev.daypass.grant",
                        "dev.daypass.identity",
                        "dev.daypass.evidence",
                        "dev.daypass.database",
                        "dev.daypass.digest",
                        "dev.daypass.card",
                        "dev.daypass.settings",
                        "dev.daypass.configuration"));
    }

    @Test
    void noDatabindOnTheColdPath() {
        hold(noClasses()
                .that()
                .resideInAPackage("dev.daypass.functions..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson.databind.."));
    }

    private static void hold(ArchRule rule) {
        rule.check(CLASSES);
    }
}
