"""Who is trusted with what: grants for licensed distillation and verified research."""
