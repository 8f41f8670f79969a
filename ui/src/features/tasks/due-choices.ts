/** Due dates that one click sets, in days from today. */
export const DUE_CHOICES = [
  { label: "Today", days: 0 },
  { label: "Tomorrow", days: 1 },
  { label: "In a week", days: 7 },
];
