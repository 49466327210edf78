"""Generated from proto/ by .ci/proto; never edited."""
