/** The reconciler's ports on AWS: CloudWatch Logs and S3. */
@NullMarked
package dev.daypass.audit.reconcile.aws;

import org.jspecify.annotations.NullMarked;
