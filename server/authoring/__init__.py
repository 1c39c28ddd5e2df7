"""Writing checklists: spreadsheets in and out, drafts, publishing."""
