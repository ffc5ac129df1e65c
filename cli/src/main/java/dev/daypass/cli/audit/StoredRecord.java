package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Where the record is read from: a bucket, or a copy of it. Reading is thread-safe. */
interface StoredRecord extends AutoCloseable {
    /** What is done with each object that is listed. */
    interface Visitor {
        void visit(StoredObject object) throws Failure, IOException;
    }

    /** The names directly below a prefix that ends in {@code /}, those that have names below them, without the slash. */
    List<String> folders(String prefix) throws Failure, IOException;

    /** The objects whose keys begin with the prefix, in no order that anybody may count on. */
    void objects(String prefix, Visitor visitor) throws Failure, IOException;

    /** An object's bytes. */
    InputStream open(StoredObject object) throws Failure, IOException;

    @Override
    void close();
}
