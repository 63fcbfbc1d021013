-- An event that could not be taken when it was fetched; it is kept and tried again apart from the others.
ALTER TABLE stripe_event ADD COLUMN failed boolean NOT NULL DEFAULT false;
