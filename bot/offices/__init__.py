"""Where people live and which office serves them there: communes, offices, opening hours."""
