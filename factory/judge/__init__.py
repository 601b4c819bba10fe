"""A judge for pairs of queries from anywhere: does the prediction answer as the gold query does?"""
