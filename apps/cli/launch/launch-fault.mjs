/** What went wrong, for a person: shown without a stack. */
export class LaunchFault extends Error {
  forPeople = true;
}
