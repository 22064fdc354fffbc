// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

// Days since 1970-01-01 in the proleptic Gregorian calendar. Years begin in March, so that the
// leap day is the last one.
static long days_since_epoch(int year, int month, int day) {
  if (month <= 2) {
    year--;
    month += 12;
  }
  const long era = (year >= 0 ? year : year - 399) / 400;
  const long year_of_era = year - era * 400;
  const long day_of_year = (153 * (month - 3) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

static int weekday(long days) { // 0 = Sunday
  return (int)(((days + 4) % 7 + 7) % 7);
}

bool check_calendar(void) {
  return days_since_epoch(1970, 1, 1) == 0 && days_since_epoch(2000, 3, 1) == 11017 &&
         days_since_epoch(2024, 2, 29) - days_since_epoch(2023, 2, 28) == 366 &&
         weekday(days_since_epoch(2024, 2, 29)) == 4 &&
         weekday(days_since_epoch(1969, 7, 20)) == 0;
}
