"""The database: its tables, its migrations, and what is kept between two turns. SQLite by default.

- `database.Database` opens it; `reading()` and `writing()` are its transactions;
- `conversations.Conversations` keeps the sealed state of each conversation, one turn of one person at a time;
- `memory.RememberedConversations` is its twin without a database.
"""
