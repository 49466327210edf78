"""The audit log read back: listed, exported, held to its chain, to what it vouches for and to anchors."""
