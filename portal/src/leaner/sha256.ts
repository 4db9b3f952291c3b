/**
 * Instead of @aws-crypto/sha256-browser, which looks for Internet Explorer and has its own way through crypto.subtle: that is
 * missing wherever a studio is reached by plain HTTP, so that this one is needed anyway.
 */
export { Sha256 } from "@aws-crypto/sha256-js";
