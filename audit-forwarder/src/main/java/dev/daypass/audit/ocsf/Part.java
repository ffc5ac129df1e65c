package dev.daypass.audit.ocsf;

import java.nio.charset.StandardCharsets;

/** What stands between two values of a record, as bytes; here with single quotes for double ones. */
enum Part {
    STATUS(",'status_id':"),
    TIME(",'time':"),
    METADATA(",'metadata':{"),
    METADATA_UID(",'uid':"),
    LOG_NAME(",'log_name':"),
    LOGGED_TIME(",'logged_time':"),
    ACTOR("},'actor':{'user':{'name':"),
    ACTOR_SESSION("},'session':{'uid':'"),
    ACTOR_SESSION_END("'}}"),
    ACTOR_END("}}"),
    ADDRESS(",'src_endpoint':{'ip':"),
    ADDRESS_NAME(",'src_endpoint':{'name':"),
    PORT(",'port':"),
    END("}"),
    USER(",'user':{'name':"),
    SERVICE("},'service':{'name':'"),
    SERVICE_END("'}"),
    PRIVILEGES("},'privileges':["),
    PRIVILEGES_END("]"),
    DATABASE(",'database':{'name':"),
    // 1 is relational
    DATABASE_END(",'type_id':1}"),
    TABLE(",'table':{'name':"),
    QUERY(",'query_info':{'query_string':"),
    API(",'api':{'operation':"),
    RESOURCES("},'resources':[{'name':"),
    RESOURCES_END("}]"),
    MESSAGE(",'message':"),
    CODE(",'status_code':"),
    DETAIL(",'status_detail':"),
    RAW(",'raw_data':"),
    DAYPASS(",'daypass':{'source':'"),
    WHO("','who':{'user':"),
    SESSION(",'session':'"),
    SESSION_END("'"),
    AGENT(",'agent':"),
    OWNER(",'owner':"),
    WHAT("},'what':'"),
    WHEN("','when':'"),
    OUTCOME("Z','outcome':'"),
    FROM("','from':"),
    OBJECT(",'object':"),
    GRANT(",'grant':"),
    GRANT_DIGEST(",'grantDigest':'"),
    GRANT_DIGEST_END("'"),
    POSITION(",'position':{'logGroup':"),
    STREAM(",'logStream':"),
    EVENT(",'eventId':"),
    INDEX(",'index':"),
    LINE_DIGEST("},'message':'"),
    LINE_DIGEST_END("'"),
    IDS(",'ids':{'"),
    REDACTED(",'redacted':{'"),
    NAME_END("':"),
    NEXT_NAME(",'"),
    FINDING(",'finding':'"),
    FINDING_END("'"),
    RECORD_END("}}\n");

    @SuppressWarnings("ImmutableEnumChecker") // an array, which the writer alone gets, to read
    private final byte[] json;

    Part(String json) {
        this.json = json.replace('\'', '"').getBytes(StandardCharsets.US_ASCII);
    }

    byte[] json() {
        return json;
    }
}
