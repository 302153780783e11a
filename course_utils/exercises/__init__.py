"""The exercises of the course, a module for each chapter.

from course_utils.exercises import ch01 as ex
"""
