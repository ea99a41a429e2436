"""Parts of pages that several pages share. Not here: what one page alone has (sections/)."""
