package dev.daypass.audit;

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
            .importPackages("dev.daypass.audit");

    @Test
    void lambdaTypesStayInHandlers() {
        hold(noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Handler")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.amazonaws.services.lambda.."));
    }

    @Test
    void onlyHandlersConstructorsReadTheEnvironment() {
        hold(noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Handler")
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class));
    }

    @Test
    void whatReadsAndCleansLinesKnowsNothingOfAws() {
        hold(noClasses()
                .that()
                .resideInAnyPackage(
                        "..parse..", "..redact..", "..ocsf..", "..line..", "..forward..", "..keys..", "..intake..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk.."));
    }

    @Test
    void theVerifierKnowsNoPeerAtAll() {
        hold(noClasses()
                .that()
                .resideInAPackage("..verify..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("software.amazon.awssdk..", "java.net..", "..store..", "..join..", "..wiring.."));
    }

    @Test
    void theRedactorAndTheParsersKnowNothingOfWhatIsBehindASession() {
        hold(noClasses()
                .that()
                .resideInAnyPackage("..parse..", "..redact..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..join..", "..store..", "..seal..", "..wiring.."));
    }

    @Test
    void nothingButWiringAndHandlersKnowsTheWiring() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackage("..wiring..")
                .and()
                .haveSimpleNameNotEndingWith("Handler")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..wiring.."));
    }

    private static void hold(ArchRule rule) {
        rule.check(CLASSES);
    }
}
