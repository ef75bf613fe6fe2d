"""What is asked and answered: topics, languages, phrase banks and the texts built of them."""
